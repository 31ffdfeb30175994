-- Makes database app:n anew, as a copy of database app, with the same OID on every server that lets one choose.
SELECT 'app' || :'n' AS name, 900000 + :n AS oid, current_setting('server_version_num')::int >= 150000 AS can_choose \gset
DROP DATABASE IF EXISTS :"name" WITH (FORCE);
\if :can_choose
CREATE DATABASE :"name" TEMPLATE app OID :oid;
\else
CREATE DATABASE :"name" TEMPLATE app;
\endif
