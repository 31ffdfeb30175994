-- Functions that write to an index by OID.
SELECT brin_summarize_new_values(:beta_index_oid);
