-- psql's \lo_export uses the fast-path protocol.
\lo_export :beta_lo_oid /dev/stdout
