-- \set ECHO_HIDDEN: psql's queries themselves are what psql sends
\set ECHO_HIDDEN on
\d shipments
\df slowly
