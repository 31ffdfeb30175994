-- A setting whose check looks a name up.
-- @oracle target=tenant_beta|tenant_zeta
SET default_text_search_config = ':target.canary_config';
