-- COPY has a range table of its own.
COPY tenant_beta.accounts (owner) TO STDOUT;
