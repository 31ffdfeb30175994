-- Functions for indexes of one kind name an index of another kind.
SELECT gin_clean_pending_list(:beta_index_oid);
SELECT brin_desummarize_range(:beta_index_oid, 0);
