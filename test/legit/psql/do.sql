-- \do of operators
\do ~~~
\do tenant_alpha.*
\do+ ~~~ address address
\do @> jsonb
