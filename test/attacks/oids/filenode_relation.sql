-- From a file's number to a table.
SELECT pg_filenode_relation(0, :beta_filenode);
