-- \dC of all casts
\dC
