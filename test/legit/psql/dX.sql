-- \dX: extended statistics
\dX
\dX acc*
\dX tenant_alpha.*
