-- Comments, also those on shared objects.
SELECT description FROM pg_description WHERE objoid >= 16384;
SELECT description FROM pg_shdescription;
