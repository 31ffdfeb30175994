-- \d of indexes of every method
\d accounts_pkey
\d+ accounts_rich
\d accounts_name_lower
\d accounts_tags
\d orders_status
\d+ products_price
\d events_kind
