-- \dv and \dv+
\dv
\dv+
\dv *.*orders
