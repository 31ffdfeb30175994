-- Types, in a cast, a declaration and a column.
-- @oracle target=tenant_beta.canary_mood|tenant_zeta.canary_mood
SELECT enum_first(NULL:::target);
CREATE TABLE t (m :target);
DO $$ DECLARE m :target; BEGIN NULL; END $$;
