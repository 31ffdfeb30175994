-- \dn: no schema of anybody else
\dn
\dn tenant*
\dn *alpha
