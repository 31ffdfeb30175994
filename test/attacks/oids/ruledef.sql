-- Definition of a rule.
SELECT pg_get_ruledef(:beta_rule_oid, true);
