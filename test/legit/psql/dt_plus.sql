-- \dt+: sizes, persistence and comments
\dt+
\dt+ orders
