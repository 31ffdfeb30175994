-- The fields of a composite type, through json and through a star.
SELECT json_populate_record(NULL::tenant_beta.canary_pair, '{"canary_second": 1}');
SELECT row_to_json(ROW('x', 1)::tenant_beta.canary_pair), to_json(ROW(1, '2', 3)::tenant_beta.accounts);
