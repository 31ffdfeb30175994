-- record_in() with the OID of a composite type.
SELECT record_in('(x,1)', :beta_pair_oid, -1);
SELECT 'LEARNED ' || row_to_json(record_in('(x,1)', :beta_pair_oid, -1))::text;
