-- \drds: settings of roles and databases
\drds
\drds tenant_alpha
\drds tenant*
