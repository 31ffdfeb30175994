-- domain_in() names the domain and its constraint when it refuses.
SELECT domain_in(textout('CANARY_domain' || '_text'), :beta_domain_oid, -1);
SELECT 'LEARNED' FROM domain_in(textout('x'), :beta_domain_oid, -1) AS d;
