-- \dx and \dx+: extensions and their objects
\dx
\dx+ plpgsql
\dx+ citext
