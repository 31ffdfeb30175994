-- \dE, and several kinds at once
\dE
\dtvms *a*
