-- An operator built over pg_get_viewdef().
CREATE OPERATOR @# (FUNCTION = pg_get_viewdef, RIGHTARG = oid);
SELECT OPERATOR(tenant_alpha.@#) :beta_view_oid::oid;
