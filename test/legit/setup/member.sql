-- Lets app SET ROLE tenant_alpha on the plain server.  With keep_owner that is a loop, tenant_alpha being a
-- member of app, which GRANT refuses; so it is written into the catalog, where a loop does no harm.
SELECT format('INSERT INTO pg_auth_members (%s) VALUES (%s)',
              'roleid, member, grantor, admin_option' || CASE WHEN new THEN ', oid, inherit_option, set_option' ELSE '' END,
              $$'tenant_alpha'::regrole, 'app'::regrole, 10, false$$ || CASE WHEN new THEN ', 900000, false, true' ELSE '' END)
  FROM (SELECT current_setting('server_version_num')::int >= 160000 AS new) AS version
\gexec
