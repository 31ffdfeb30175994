-- \dC of casts to types of one's own
\dC address
\dC order_status
\dC+ address
