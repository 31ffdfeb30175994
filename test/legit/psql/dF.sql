-- \dF, \dFd, \dFt, \dFp: text search
\dF
\dF+ words
\dFd plain*
\dFd+ plain_words
\dFt
\dFp
