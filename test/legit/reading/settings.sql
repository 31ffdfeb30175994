-- SHOW ALL and pg_settings.  What differs: the settings of tenancy, how the role came into effect, the server's memory
-- drop: ^tenancy\.|^role\||^shared_memory_size
\pset format unaligned
\t on
SHOW ALL;
SELECT name, setting FROM pg_settings ORDER BY name;
SELECT name, setting FROM pg_settings WHERE source NOT IN ('default', 'override', 'configuration file', 'environment variable', 'client') ORDER BY name;
