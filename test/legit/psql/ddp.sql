-- \ddp: default privileges
\ddp
\ddp tenant_alpha
