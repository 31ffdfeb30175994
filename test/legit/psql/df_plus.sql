-- \df+: owner, privileges, source
\df+ full_price
\df+ order_total
\df+ settle
\df+ log_order
