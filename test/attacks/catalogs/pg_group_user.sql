-- Old views of roles.
SELECT groname, grolist FROM pg_group WHERE groname LIKE 'tenant%';
