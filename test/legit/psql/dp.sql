-- \dp and \z
\dp
\dp accounts
\z *.accounts
\dp secrets
