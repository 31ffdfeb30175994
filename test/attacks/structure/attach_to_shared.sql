-- The attacker's table takes the place of another tenant's partition.
BEGIN;
ALTER TABLE public.events DETACH PARTITION tenant_beta.canary_events;
CREATE TABLE catches (tenant text, what text);
ALTER TABLE public.events ATTACH PARTITION catches FOR VALUES IN ('beta');
COMMIT;
