-- A function of the operator's, SECURITY DEFINER of a superuser, takes a name.
SELECT 'LEARNED ' || public.count_rows('tenant_beta.accounts');
SELECT * FROM public.fetch_rows('tenant_beta.accounts');
