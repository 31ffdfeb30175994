-- A setting whose check looks an object up.
SET default_text_search_config = 'tenant_beta.canary_config';
SELECT 'LEARNED ' || current_setting('default_text_search_config') WHERE current_setting('default_text_search_config') LIKE 'tenant%';
