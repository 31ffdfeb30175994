-- Types, and labels of enums.
SELECT enumlabel FROM pg_enum;
SELECT typname FROM pg_type WHERE typnamespace >= 16384;
