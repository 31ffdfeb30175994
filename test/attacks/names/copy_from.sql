-- COPY FROM writes.
COPY tenant_beta.accounts FROM STDIN;
901	planted	1
\.
