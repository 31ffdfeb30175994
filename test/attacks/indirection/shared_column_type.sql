-- A shared table with a column of another tenant's enum and composite type.
-- @session setup
CREATE TABLE public.moods (id int, mood tenant_beta.canary_mood, pair tenant_beta.canary_pair);
INSERT INTO public.moods VALUES (1, 'CANARY_label_glad', ROW('CANARY_in_shared', 1));
GRANT ALL ON public.moods TO PUBLIC;
-- @session attacker
SELECT * FROM moods;
SELECT row_to_json(moods) FROM moods;
SELECT * FROM json_populate_record(NULL::moods, '{"pair": {"canary_second": 3}}');
