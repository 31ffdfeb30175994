-- \dT and \dT+: enum, domain, range, composite
\dT
\dT+ order_status
\dT+ price*
\dT tenant_alpha.*
\dT public.*ent
