-- \dL: languages
\dL
\dL+ plpgsql
\dLS
