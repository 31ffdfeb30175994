-- \dm and \dm+
\dm
\dm+
