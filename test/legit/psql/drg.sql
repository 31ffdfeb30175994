-- \drg: grants of roles.  B's app is a member of tenant_alpha, so that it can become it
-- needs server: 16
-- drop: ^ *app +\| tenant_alpha
\pset footer off
\drg
