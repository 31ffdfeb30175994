-- \di and \di+
\di
\di+ accounts*
\di *.orders*
