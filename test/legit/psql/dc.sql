-- \dc and \dd: conversions, and comments that no other command shows
\dc
\dc *latin1_to_utf8*
\dd
\dd balance*
\dd log_*
