-- \d of sequences: of their own, of serial, of identity
\d invoice_numbers
\d orders_id_seq
\d accounts_id_seq
\d+ small_numbers
