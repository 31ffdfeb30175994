-- After changing the setting that forbids it. It is a superuser's; without the library it is nothing.
SET tenancy.rebind = 'transaction';
DO $$ BEGIN PERFORM set_config('tenancy.rebind', 'transaction', false); END $$;
:bind_beta;
SELECT owner FROM accounts;
