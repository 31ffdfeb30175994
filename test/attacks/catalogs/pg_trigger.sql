-- Triggers, with arguments.
SELECT tgname, encode(tgargs, 'escape') FROM pg_trigger WHERE NOT tgisinternal;
