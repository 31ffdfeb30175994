-- \dl: large objects (their OIDs are the server's)
-- only: managed
-- mask: ^\d+(?=\|)
\pset format unaligned
\lo_import /dev/null 'empty'
\dl
\lo_list
\lo_unlink :LASTOID
\dl
