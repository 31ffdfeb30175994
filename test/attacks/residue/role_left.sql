-- The role and the session authorisation that the former tenant set.
-- @beta_error SET ROLE is not allowed
-- @login pool
-- @session attacker as beta
SET ROLE tenant_beta;
-- @as alpha
SELECT current_user;
