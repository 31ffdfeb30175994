-- \sf and \sf+
\sf full_price
\sf order_total
\sf+ slowly
\sf tenant_alpha.settle
\sf joined(text[])
\sf public.add_tax
