-- \dO and \dO+: collations
\dO
\dO+ by_*
\dO *.by_code
