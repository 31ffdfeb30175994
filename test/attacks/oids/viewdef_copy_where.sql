-- The WHERE of COPY FROM is evaluated without a plan.
CREATE TABLE asked (o oid);
COPY asked FROM STDIN WHERE pg_get_viewdef(o) LIKE '%owner%';
:beta_view_oid
\.
SELECT 'LEARNED' FROM asked;
