-- The OID as the result of another function, of a cast from text, of json.
SELECT pg_get_viewdef((SELECT v::oid FROM json_array_elements_text('[:beta_view_oid]') AS v));
SELECT pg_get_viewdef(to_number(':beta_view_oid', '99999999')::bigint::oid);
SELECT pg_get_viewdef(greatest(:beta_view_oid, 1)::oid, 80);
