-- \df with patterns, kinds and arguments
\df tenant_alpha.*
\df full_price
\df *.order*
\dfn *price*
\dfp
\dft
\dfa total
\df joined text[]
\df public.country*
