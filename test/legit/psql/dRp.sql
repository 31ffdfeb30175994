-- \dRp and \dRp+: a publication that several tenants have tables in
\dRp
\dRp+
\dRp+ changes
