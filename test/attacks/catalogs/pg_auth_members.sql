-- Members of the group of tenant roles; the number of tenants.
SELECT member::regrole FROM pg_auth_members WHERE roleid = 'tenancy_tenant'::regrole;
SELECT 'LEARNED ' || count(*) FROM pg_auth_members WHERE member = :beta_role_oid HAVING count(*) > 0;
