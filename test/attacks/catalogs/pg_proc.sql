-- Names and source of functions.
SELECT proname, prosrc FROM pg_proc WHERE pronamespace >= 16384;
