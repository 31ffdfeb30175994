-- COPY from and to the client: defaults, identity, serial, nextval, formats, queries, partitions
BEGIN;
COPY orders (account_id, status) FROM STDIN;
1	new
2	paid
\.
COPY accounts (name, mail, home) FROM STDIN WITH (FORMAT csv, HEADER);
name,mail,home
Ada,ADA@example.org,"(Lane,5,London)"
Ben,,
\.
COPY events FROM STDIN WITH (DELIMITER ',', NULL 'none');
2001,2024-01-05 10:00,click,none
2002,2024-08-05 10:00,tap,{}
2003,2030-01-01 00:00,view,none
\.
SELECT currval('orders_id_seq') > 200, currval('accounts_id_seq'), lastval() = currval('accounts_id_seq');
COPY (SELECT account_id, number - 1000 > 0, status FROM orders ORDER BY id DESC LIMIT 2) TO STDOUT;
COPY (SELECT id, name, mail, home, display FROM accounts WHERE id > 50 ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE *);
COPY (SELECT tableoid::regclass, id FROM events WHERE id > 2000 ORDER BY id) TO STDOUT;
COPY employees (id, boss) TO STDOUT WITH (DELIMITER ';', NULL '-');
COPY (UPDATE employees SET name = upper(name) WHERE id < 3 RETURNING *) TO STDOUT;
COPY public.countries TO STDOUT;
ROLLBACK;
COPY "Mixed Case" TO STDOUT;
