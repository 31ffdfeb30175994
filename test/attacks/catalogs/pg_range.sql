-- Range types, casts.
SELECT rngtypid::regtype FROM pg_range WHERE rngtypid >= 16384;
