-- A setting of the application's own.
-- @login pool
-- @session attacker as beta
SET app.secret = 'CANARY_setting';
SELECT set_config('app.other', 'CANARY_setting', false);
-- @as alpha
SELECT current_setting('app.secret', true), current_setting('app.other', true);
