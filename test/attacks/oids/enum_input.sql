-- enum_in() tells the labels one by one, and the type's name when it refuses.
SELECT 'LEARNED ' || enum_in(textout('CANARY_label' || '_glad'), :beta_type_oid);
SELECT enum_in(textout('?'), :beta_type_oid);
