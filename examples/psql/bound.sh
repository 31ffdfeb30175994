#!/bin/sh
# A session of psql, or of whatever else uses libpq, that is bound to a tenant:  bound.sh acme psql -c 'TABLE invoices'
case $1 in '' | *[!a-z0-9-]*) echo "$1 is no slug" >&2 && exit 1 ;; esac
PGOPTIONS="-c tenancy.tenant=$1" && export PGOPTIONS && shift && exec "$@"
