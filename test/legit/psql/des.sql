-- \des, \dew, \deu: foreign servers and user mappings
-- needs extension: postgres_fdw
\des
\des+ warehouse
\dew
\deu
