-- \du and \dg: roles.  B's app is a member of tenant_alpha, so that it can become it
-- mask: \{(tenant_alpha,)?tenancy_app(,tenant_alpha)?\}
\pset format unaligned
\du
\du app
\dg tenancy*
\du tenant*
