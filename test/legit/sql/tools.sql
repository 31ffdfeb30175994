-- vacuumdb and reindexdb of one's own table; psql as a filter
\! vacuumdb -z -t tenant_alpha.employees 2>&1 | sed 's/"app[0-9]*"/"app"/'
\! reindexdb -t tenant_alpha.employees 2>&1
\! psql -X -A -t -F ';' -c "SELECT id, name FROM employees WHERE id < 3 ORDER BY id" | tr ';' '\t'
\! echo "SELECT count(*) FROM accounts" | psql -X -A -t -1 -v ON_ERROR_STOP=1
\! pg_isready -q && echo ready
