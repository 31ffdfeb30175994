-- PL/pgSQL: exceptions, savepoints inside, diagnostics, loops, regclass variables, %TYPE, dynamic SQL
DO $$
DECLARE
	t regclass;
	a accounts%ROWTYPE;
	n orders.number%TYPE;
	r record;
	state text; message text; tab text; con text;
BEGIN
	FOR t IN SELECT c.oid FROM pg_class c WHERE relnamespace = 'tenant_alpha'::regnamespace AND relkind = 'r' AND relname LIKE 'o%' ORDER BY relname LOOP
		EXECUTE format('SELECT count(*) FROM %s', t) INTO n;
		RAISE NOTICE '% has %', t, n;
	END LOOP;
	SELECT * INTO STRICT a FROM accounts WHERE id = 7;
	RAISE NOTICE '% %', a.name, a.home;
	BEGIN
		INSERT INTO accounts (name, balance) VALUES ('poor', -99999);
	EXCEPTION WHEN check_violation THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, tab = TABLE_NAME, con = CONSTRAINT_NAME;
		RAISE NOTICE '% % % %', state, message, tab, con;
	END;
	BEGIN
		PERFORM 1 / 0;
	EXCEPTION WHEN OTHERS THEN
		RAISE NOTICE 'caught: %', SQLERRM;
	END;
	BEGIN
		EXECUTE 'SELECT * FROM ' || quote_ident('no_such');
	EXCEPTION WHEN undefined_table THEN
		RAISE NOTICE 'caught: %', SQLERRM;
	END;
	EXECUTE format('SELECT %I FROM %I WHERE %I = $1', 'name', 'accounts', 'id') INTO r USING 3;
	RAISE NOTICE '%', r;
	EXECUTE format('UPDATE %I.%I SET name = %L WHERE id = 1', 'tenant_alpha', 'employees', 'it''s');
	GET DIAGNOSTICS n = ROW_COUNT;
	RAISE NOTICE 'rows %', n;
	FOR r IN SELECT * FROM unnest(ARRAY[ROW('a', 1, 'b')::address]) LOOP
		RAISE NOTICE '%', r.street;
	END LOOP;
	ROLLBACK;
END
$$;
DO $$
DECLARE
	t regclass := 'accounts';
	o oid := 'orders'::regclass;
	y regtype := 'order_status';
BEGIN
	RAISE NOTICE '% % %', t, o::regclass, y;
	ASSERT t = 'tenant_alpha.accounts'::regclass;
END
$$;
