-- \dD and \dD+
\dD
\dD+ email
\dD *.*code
