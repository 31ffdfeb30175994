-- ALTER TABLE of a shared parent recurses.
ALTER TABLE public.events ADD planted int DEFAULT 1;
ALTER TABLE public.events ADD CHECK (what <> 'CANARY');
