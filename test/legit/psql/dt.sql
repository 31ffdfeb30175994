-- \dt with patterns
\dt
\dt a*
\dt tenant_*.*
\dt *.*items
\dt public.*
