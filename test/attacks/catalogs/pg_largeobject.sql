-- Large objects: who has them, and what is in them.
SELECT 'LEARNED ' || lomowner::regrole FROM pg_largeobject_metadata;
SELECT convert_from(data, 'UTF8') FROM pg_largeobject;
