-- Definition of a trigger, with its arguments.
SELECT pg_get_triggerdef(:beta_trigger_oid);
