/*
 * swarm_plan.c
 *	  What the clients of the swarm do: ordinary work, errors, savepoints, attempts at
 *	  other tenants, things left behind, and what is to be found of others' things.
 *
 * Each tenant has the tables notes (mark, filled by clients), extras (mark, one row)
 * and the sequence turns, whose values begin at its number times a million.
 */
#include "swarm.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What every row must say of itself; the control has nothing but the mark. */
#define SELF(control) ((control) ? "" : ", tenancy.current_tenant() AS tenant, current_user AS role")

/* Adds a step and returns it. */
static Step *
add(Client *client, StepKind kind, const char *format, ...)
{
	Step *step = &client->steps[client->step_count++];
	va_list arguments;

	memset(step, 0, sizeof(*step));
	step->kind = kind;
	step->sees = step->tenant = UNCHANGED;
	va_start(arguments, format);
	vsnprintf(step->sql, sizeof(step->sql), format, arguments);
	va_end(arguments);
	return step;
}

/* Adds a step that fails with an error, or with "?" before it, may fail. */
static void
add_failing(Client *client, const char *error, const char *sql, const char *argument)
{
	StepKind kind = choose(client, 2) == 0 ? STEP_QUERY : STEP_PARAMS;

	add(client, kind, sql, argument)->error = error;
}

/* Tells whether clients bind before their transactions begin. */
static bool
binds_ahead(void)
{
	return options.mode == MODE_TRACKED || options.mode == MODE_SESSION || options.mode == MODE_STATEMENT;
}

/* Tells whether a transaction is one message. */
static bool
one_message(void)
{
	return options.mode == MODE_STATEMENT || options.mode == MODE_STATEMENT_LOCAL;
}

/* Begins a transaction, bound to the client's own tenant. */
static void
begin(Client *client)
{
	const char *value = tenants[client->home].value;
	Step *step;

	if (binds_ahead() || options.mode == MODE_CONTROL)
	{
		add(client, STEP_QUERY, "BEGIN");
		return;
	}
	if (choose(client, 3) == 0)
	{
		step = add(client, STEP_QUERY, "BEGIN; SET LOCAL tenancy.tenant = '%s'", value);
		step->sees = step->tenant = client->home;
		return;
	}
	add(client, STEP_QUERY, "BEGIN");
	switch (choose(client, 3))
	{
		case 0:
			step = add(client, STEP_QUERY, "SET LOCAL tenancy.tenant = '%s'", value);
			break;
		case 1:
			step = add(client, STEP_PARAMS, "SELECT set_config('tenancy.tenant', '%s', true)", value);
			break;
		default:
			step =
				add(client, choose(client, 2) ? STEP_PARAMS : STEP_QUERY, "SELECT tenancy.bind('%s', true)", value);
			break;
	}
	step->sees = step->tenant = client->home;
}

/* Ends a transaction. */
static Step *
end(Client *client, const char *sql)
{
	Step *step = add(client, STEP_QUERY, "%s", sql);

	step->ends = true;
	if (options.mode == MODE_LOCAL)
	{
		step->sees = client->home;
		step->tenant = -1;
	}
	return step;
}

/* Adds a query whose rows must be the client's. */
static void
look(Client *client)
{
	StepKind kind = choose(client, 2) == 0 ? STEP_QUERY : STEP_PARAMS;
	bool control = options.mode == MODE_CONTROL;

	if (client->prepared && choose(client, 3) == 0)
	{
		snprintf(add(client, STEP_EXECUTE, "(executed)")->name, sizeof(client->steps[0].name), "look");
		return;
	}
	switch (choose(client, 3))
	{
		case 0:
			add(client, kind, "SELECT mark%s FROM notes ORDER BY id DESC LIMIT 3", SELF(control));
			break;
		case 1:
			add(client, kind, "SELECT min(mark) AS mark FROM (SELECT mark FROM notes ORDER BY id LIMIT 5) AS first");
			break;
		default:
			add(client, kind, "SELECT mark%s FROM extras", SELF(control));
			break;
	}
}

/* Adds a row that counts if the transaction commits. */
static void
insert(Client *client)
{
	add(client,
		choose(client, 2) == 0 ? STEP_QUERY : STEP_PARAMS,
		"INSERT INTO notes (mark) VALUES ('%s') RETURNING mark",
		tenants[client->home].slug)
		->inserts = 1;
}

/* Looks for what others may have left in the server connection. */
static void
look_for_litter(Client *client)
{
	int number = client->home;

	switch (choose(client, 4))
	{
		case 0:
			add_failing(client, "?34000", "FETCH ALL FROM litter", "");
			break;
		case 1:
			add(client,
				STEP_PARAMS,
				"SELECT CASE WHEN lastval() / 1000000 = %d THEN '%s' ELSE 'lastval of another' END AS mark",
				number + 1,
				tenants[number].slug)
				->error = "?55000";
			break;
		case 2:
			add(client,
				STEP_PARAMS,
				"SELECT coalesce(nullif(current_setting('swarm.mark', true), ''), '%s') AS mark",
				tenants[number].slug);
			break;
		default:
			add_failing(client, "?26000", "EXECUTE litter", "");
			break;
	}
}

/* Leaves things behind for whoever gets the server connection. */
static void
litter(Client *client)
{
	const char *slug = tenants[client->home].slug;

	switch (choose(client, 6))
	{
		case 0:
			add(client, STEP_QUERY, "CREATE TEMP TABLE IF NOT EXISTS extras AS SELECT '%s/temporary' AS mark", slug);
			break;
		case 1:
			add(client,
				STEP_QUERY,
				"CLOSE ALL; DECLARE litter CURSOR WITH HOLD FOR SELECT mark FROM notes ORDER BY id DESC LIMIT 3");
			break;
		case 2:
			add(client, STEP_PARAMS, "SELECT nextval('turns')");
			break;
		case 3:
			add(client, STEP_QUERY, "SET swarm.mark = '%s'", slug);
			break;
		case 4:
			add(client, STEP_QUERY, "LISTEN swarm; NOTIFY swarm, '%s'", slug);
			break;
		default:
			add(client, STEP_QUERY, "DEALLOCATE ALL; PREPARE litter AS SELECT mark FROM notes ORDER BY id LIMIT 2");
			/* The pooler does not hear of it: its own statements are gone. */
			if (options.named)
				client->step_count--;
			break;
	}
}

/* Ordinary work. */
static void
work(Client *client)
{
	for (int i = choose(client, 3); i >= 0; i--)
		if (choose(client, 3) == 0)
			insert(client);
		else
			look(client);
	if (options.named && !client->prepared && choose(client, 4) == 0)
		snprintf(add(client,
					 STEP_PREPARE,
					 "SELECT mark%s FROM notes ORDER BY id DESC LIMIT 2",
					 SELF(options.mode == MODE_CONTROL))
					 ->name,
				 sizeof(client->steps[0].name),
				 "look");
}

/* A transaction that an error ends. */
static void
plan_error(Client *client)
{
	begin(client);
	insert(client);
	add_failing(client, "22012", "SELECT 1 / 0", "");
	add_failing(client, "25P02", "SELECT mark FROM notes", "");
	end(client, choose(client, 2) == 0 ? "ROLLBACK" : "COMMIT");
}

/* A transaction with parts that are rolled back. */
static void
plan_savepoints(Client *client)
{
	if (options.mode == MODE_LOCAL && choose(client, 3) == 0)
	{
		add(client, STEP_QUERY, "BEGIN; SAVEPOINT one");
		add(client, STEP_QUERY, "SET LOCAL tenancy.tenant = '%s'", tenants[client->home].value)->tenant =
			client->home;
		look(client);
		add(client, STEP_QUERY, "ROLLBACK TO one")->tenant = -1;
		add_failing(client, "42P01", "SELECT mark FROM notes", "");
		end(client, "ROLLBACK");
		return;
	}
	begin(client);
	add(client, STEP_QUERY, "SAVEPOINT one");
	insert(client);
	client->steps[client->step_count - 1].inserts = 0;
	if (choose(client, 2) == 0)
		add_failing(client, "22012", "SELECT 1 / 0", "");
	add(client, STEP_QUERY, "ROLLBACK TO one");
	look(client);
	add(client, STEP_QUERY, "SAVEPOINT two");
	insert(client);
	add(client, STEP_QUERY, "RELEASE two");
	end(client, "COMMIT");
}

/* A client that is not bound sees nothing, whoever had the server connection before. */
static void
plan_unbound(Client *client)
{
	bool ahead = binds_ahead();
	const char *schema = tenants[client->home].slug;

	if (ahead)
		add(client, STEP_QUERY, choose(client, 2) == 0 ? "SET tenancy.tenant = ''" : "RESET tenancy.tenant")->tenant =
			-1;
	if (!one_message())
		add(client, STEP_QUERY, "BEGIN");
	switch (choose(client, 5))
	{
		case 0:
			add_failing(client, "42501", "INSERT INTO tenant_%s.notes (mark) VALUES ('nobody')", schema);
			break;
		case 1:
			add_failing(client, "42501", "SELECT mark FROM tenant_%s.notes", schema);
			break;
		case 2:
			add_failing(client, "?34000", "FETCH ALL FROM litter", "");
			break;
		case 3:
			/* It is there, and finds no table; or it is not. */
			add_failing(client, "26000 42P01", "EXECUTE litter", "");
			break;
		default:
			add_failing(client, "42P01", "SELECT mark FROM notes", "");
			break;
	}
	if (!one_message())
		end(client, "ROLLBACK");
	if (ahead)
		add(client, STEP_QUERY, "SET tenancy.tenant = '%s'", tenants[client->home].value)->tenant = client->home;
}

/* A client that reaches for another tenant. */
static void
plan_intrusion(Client *client)
{
	int other = (client->home + 1 + choose(client, options.tenants - 1)) % options.tenants;

	begin(client);
	switch (choose(client, 3))
	{
		case 0:
			add_failing(client, "42501", "SELECT mark FROM tenant_%s.notes", tenants[other].slug);
			break;
		case 1:
			add_failing(client,
						"42501",
						"INSERT INTO tenant_%s.notes (mark) VALUES ('intruder')",
						tenants[other].slug);
			break;
		default:
			look(client);
			add_failing(client, "25001", "SELECT set_config('tenancy.tenant', '%s', false)", tenants[other].value);
			break;
	}
	end(client, choose(client, 2) == 0 ? "ROLLBACK" : "COMMIT");
}

/* A client that goes without a word, amid a transaction, a query or a commit. */
static void
plan_hang_up(Client *client)
{
	begin(client);
	insert(client);
	switch (choose(client, 4))
	{
		case 0:
			add(client, STEP_HANG_UP, "(hangs up)");
			break;
		case 1:
			add(client, STEP_QUERY, "SELECT pg_sleep(0.002)")->hang_up = true;
			break;
		case 2:
			add_failing(client, "22012", "SELECT 1 / 0", "");
			add(client, STEP_HANG_UP, "(hangs up)");
			break;
		default:
			end(client, "COMMIT")->hang_up = true;
			break;
	}
}

/* A client goes over to another tenant, between transactions. */
static void
plan_move(Client *client)
{
	int to = choose(client, options.tenants);

	client->home = to;
	if (binds_ahead() && !one_message() && choose(client, 3) == 0)
	{
		/* A binding in a transaction that is rolled back is none. */
		add(client, STEP_QUERY, "RESET tenancy.tenant")->tenant = -1;
		add(client, STEP_QUERY, "BEGIN; SET tenancy.tenant = '%s'", tenants[to].value)->tenant = to;
		look(client);
		add(client, STEP_QUERY, "ROLLBACK")->tenant = -1;
		add_failing(client, "42P01", "SELECT mark FROM notes", "");
	}
	if (binds_ahead())
		add(client, STEP_QUERY, "SET tenancy.tenant = '%s'", tenants[to].value)->tenant = to;
	else if (options.mode == MODE_CONTROL)
		add(client, STEP_QUERY, "SET search_path = plain_%s", tenants[to].slug)->tenant = to;
	else
	{
		begin(client);
		work(client);
		end(client, "COMMIT");
	}
}

/* Transactions of one message. */
static void
plan_message(Client *client)
{
	int kind = choose(client, 100);
	char binding[200] = "";
	char row[40];
	Step *step;

	if (kind < 8)
	{
		plan_unbound(client);
		return;
	}
	if (kind < 12 && options.mode == MODE_STATEMENT)
	{
		plan_move(client);
		return;
	}
	if (kind < 14)
	{
		add(client, STEP_HANG_UP, "(hangs up)");
		return;
	}
	if (options.mode == MODE_STATEMENT_LOCAL)
		snprintf(binding, sizeof(binding), "SET LOCAL tenancy.tenant = '%s'; ", tenants[client->home].value);
	snprintf(row, sizeof(row), "%s", tenants[client->home].slug);
	if (kind < 50)
	{
		step = add(client, STEP_QUERY, "%sINSERT INTO notes (mark) VALUES ('%s') RETURNING mark", binding, row);
		step->inserts = 1;
		step->ends = true;
		step->hang_up = kind < 16;
	}
	else if (kind < 60)
		step = add(client, STEP_QUERY, "%sSELECT 1 / 0 FROM notes", binding), step->error = "22012";
	else if (kind < 65)
	{
		step = add(client,
				   STEP_QUERY,
				   "%sSELECT mark FROM tenant_%s.notes",
				   binding,
				   tenants[(client->home + 1) % options.tenants].slug);
		step->error = "42501";
	}
	else
		step = add(client, STEP_QUERY, "%sSELECT mark%s FROM notes ORDER BY id DESC LIMIT 3", binding, SELF(false));
	if (options.mode == MODE_STATEMENT_LOCAL)
		step->sees = client->home;
}

void
plan_transaction(Client *client)
{
	int kind = choose(client, 1000);

	if (one_message())
	{
		plan_message(client);
		return;
	}
	/* In session mode nobody else works until a client leaves. */
	if (kind < 8 || (options.mode == MODE_SESSION && kind < 60))
		add(client, STEP_HANG_UP, "(leaves)");
	else if (kind < 20 || (options.mode == MODE_SESSION && kind < 110))
		plan_hang_up(client);
	else if (kind < 200)
		plan_error(client);
	else if (kind < 280)
		plan_savepoints(client);
	else if (kind < 330 && options.mode != MODE_CONTROL)
		plan_unbound(client);
	else if (kind < 380 && options.mode != MODE_CONTROL)
		plan_intrusion(client);
	else if (kind < 400)
		plan_move(client);
	else
	{
		begin(client);
		if (options.mode != MODE_CONTROL && kind < 470)
			litter(client);
		else if (options.mode != MODE_CONTROL && kind < 560)
			look_for_litter(client);
		work(client);
		end(client, choose(client, 6) == 0 ? "ROLLBACK" : "COMMIT");
	}
}

bool
plan_start_up(Client *client)
{
	return options.start_up && binds_ahead() && choose(client, 2) == 0;
}

void
plan_beginning(Client *client)
{
	const Tenant *tenant = &tenants[client->home];

	if (options.mode == MODE_CONTROL)
		add(client, STEP_QUERY, "SET search_path = plain_%s", tenant->slug)->tenant = client->home;
	if (!binds_ahead() || client->tenant >= 0)
		return;
	switch (choose(client, 3))
	{
		case 0:
			add(client, STEP_PARAMS, "SELECT set_config('tenancy.tenant', '%s', false)", tenant->value)->tenant =
				client->home;
			break;
		case 1:
			add(client, STEP_PARAMS, "SELECT tenancy.bind('%s')", tenant->value)->tenant = client->home;
			break;
		default:
			add(client, STEP_QUERY, "SET tenancy.tenant = '%s'", tenant->value)->tenant = client->home;
			break;
	}
}
