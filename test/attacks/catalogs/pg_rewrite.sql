-- Rules and views.
SELECT rulename FROM pg_rewrite WHERE oid = :beta_rule_oid;
SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class >= 16384;
