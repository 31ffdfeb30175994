-- A rule on a shared table writes to another tenant's.
-- @session setup
CREATE RULE copies AS ON INSERT TO public.shared DO ALSO UPDATE tenant_beta.accounts SET balance = NEW.id;
-- @session attacker
INSERT INTO shared VALUES (7, 'x');
