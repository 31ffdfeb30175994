-- range_in() and array_in() with the OIDs of types.
SELECT 'LEARNED ' || range_in('[1,5)', :beta_range_oid, -1)::text;
SELECT 'LEARNED ' || array_in('{CANARY_label_glad}', :beta_type_oid, -1)::text;
