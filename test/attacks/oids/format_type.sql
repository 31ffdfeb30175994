-- The name of a type.
SELECT format_type(:beta_type_oid, NULL);
SELECT format_type(:beta_domain_oid, -1), format_type(:beta_enum_array_oid, NULL);
