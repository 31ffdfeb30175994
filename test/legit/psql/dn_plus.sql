-- \dn+ with privileges and comments
\dn+
