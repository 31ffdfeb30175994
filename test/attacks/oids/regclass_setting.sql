-- Through a setting, and through a notification.
SELECT set_config('attack.r', :beta_vault_oid::regclass::text, false);
LISTEN gossip;
SELECT pg_notify('gossip', :beta_vault_oid::regclass::text);
