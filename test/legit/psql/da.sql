-- \da and \daS
\da
\da tot*
\daS max
