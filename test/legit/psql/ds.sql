-- \ds and \ds+
\ds
\ds+ *numbers
