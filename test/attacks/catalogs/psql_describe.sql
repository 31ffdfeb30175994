-- What psql's commands show.
\dn
\d tenant_beta.*
\df tenant_beta.*
\dt *.can*
