-- \dA, \dAc, \dAf, \dAo, \dAp: access methods and operator classes
\dA+
\dAc btree int*
\dAf hash text
\dAo btree uuid_ops
\dAp btree uuid_ops
