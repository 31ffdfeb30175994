# The tenants of the examples, with rows that tell whose they are. To be sourced.
#
# shellcheck shell=bash

# Makes them in the client's database.
set_up() {
	local slug
	psql -XAtq -v ON_ERROR_STOP=1 -U postgres -o /dev/null -f "$TENANCY_SRC/examples/setup.sql"
	for slug in acme globex; do
		psql -XAtq -v ON_ERROR_STOP=1 -U postgres -c "INSERT INTO tenant_$slug.invoices (title) SELECT '$slug' FROM generate_series(1, 3)"
	done
}

# Leaves the test to make test-full if what it needs takes long to install.
only_full() {
	[ -n "${TENANCY_FULL:-}" ] || {
		echo "1..0 # SKIP with TENANCY_FULL=1 only: $1"
		exit 0
	}
}
