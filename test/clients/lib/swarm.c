/*
 * swarm.c
 *	  Drives many connections through a pooler at once and judges every answer.
 *
 *	swarm --connection=CONNINFO --mode=MODE [--clients=N] [--tenants=N]
 *		[--transactions=N] [--seed=N] [--prefix=SLUGS] [--values=FILE] [--named] [--start-up]
 *
 * Prints what happened as "name=number" words in one line, and a line "tenant SLUG
 * COMMITTED UNCERTAIN" for each tenant.  A row is marked with the slug of the tenant
 * whose it is: another mark in an answer is a leak.  The first ones are described on
 * standard error, as are answers that nobody expects.
 */
#include "swarm.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define SHOWN 5
#define PATIENCE 60000 /* milliseconds without an answer for anybody */

static Client clients[MAX_CLIENTS];

static struct
{
	long transactions, statements, rows, commits, rollbacks, refusals, errors, hang_ups, connections, notifications;
	long leaks, unexpected;
} counted;

/* xorshift64*: the same sequence everywhere. */
int
choose(Client *client, int bound)
{
	client->random ^= client->random >> 12;
	client->random ^= client->random << 25;
	client->random ^= client->random >> 27;
	return (int) (((client->random * UINT64_C(2685821657736338717)) >> 33) % (uint64_t) bound);
}

/* Returns the tenant that a client works for in its present step; -1: none. */
static int
tenant_of(const Client *client)
{
	const Step *step = &client->steps[client->position];

	return client->position < client->step_count && step->sees != UNCHANGED ? step->sees : client->tenant;
}

/* Returns its slug. */
static const char *
slug_of(const Client *client)
{
	return tenant_of(client) >= 0 ? tenants[tenant_of(client)].slug : "(nobody)";
}

/* Describes a finding, if it is among the first of its kind. */
static void
describe(const Client *client, const char *what, long number, const char *detail)
{
	if (number <= SHOWN)
		fprintf(stderr,
				"%s: client %d of %s, step %d/%d %s: %s\n",
				what,
				client->number,
				slug_of(client),
				client->position,
				client->step_count,
				client->position < client->step_count ? client->steps[client->position].sql : "(connecting)",
				detail);
}

static void
leak(const Client *client, const char *detail)
{
	describe(client, "leak", ++counted.leaks, detail);
}

static void
unexpected(const Client *client, const char *detail)
{
	describe(client, "unexpected", ++counted.unexpected, detail);
}

/* Tells whether a mark is the client's: the slug, or the slug, a slash and more. */
static bool
is_own(const Client *client, const char *mark)
{
	const char *slug = slug_of(client);
	size_t length = strlen(slug);

	return strncmp(mark, slug, length) == 0 && (mark[length] == '\0' || mark[length] == '/');
}

/* Looks at every row of an answer. */
static void
judge_rows(Client *client, const PGresult *result)
{
	int mark = PQfnumber(result, "mark");
	int tenant = PQfnumber(result, "tenant");
	int role = PQfnumber(result, "role");
	char expected[80];

	snprintf(expected, sizeof(expected), "tenant_%s", slug_of(client));
	for (int row = 0; row < PQntuples(result); row++)
	{
		if (mark >= 0)
		{
			counted.rows++;
			if (!is_own(client, PQgetvalue(result, row, mark)))
				leak(client, PQgetvalue(result, row, mark));
		}
		if (tenant >= 0 && strcmp(PQgetvalue(result, row, tenant), slug_of(client)) != 0)
			leak(client, PQgetvalue(result, row, tenant));
		if (role >= 0 && strcmp(PQgetvalue(result, row, role), expected) != 0)
			leak(client, PQgetvalue(result, row, role));
	}
}

/* Judges an error: expected, allowed, or a finding.  Tells whether the rest of the plan still makes sense. */
static bool
judge_error(Client *client, const PGresult *result)
{
	const Step *step = &client->steps[client->position];
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	client->failed = true;
	if (state == NULL || step->error == NULL || strstr(step->error, state) == NULL)
	{
		unexpected(client, PQresultErrorMessage(result));
		return false;
	}
	counted.errors++;
	if (strcmp(state, "42501") == 0 || strcmp(state, "42P01") == 0 || strcmp(state, "25001") == 0)
		counted.refusals++;
	return true;
}

/* Closes a connection, so that the client makes another. */
static void
hang_up(Client *client)
{
	if (client->ready)
		counted.transactions++;
	PQfinish(client->connection);
	client->connection = NULL;
	client->connecting = client->waiting = client->ready = client->prepared = false;
	client->pending = 0;
	client->step_count = client->position = 0;
	counted.hang_ups++;
}

static void
ignore_notice(void *argument, const PGresult *result)
{
	(void) argument;
	(void) result;
}

/* Begins to connect. */
static void
connect_client(Client *client)
{
	char conninfo[1200];
	int length = snprintf(conninfo, sizeof(conninfo), "%s", options.connection);

	client->tenant = -1;
	if (plan_start_up(client))
	{
		snprintf(conninfo + length,
				 sizeof(conninfo) - (size_t) length,
				 " options='-c tenancy.tenant=%s'",
				 tenants[client->home].value);
		client->tenant = client->home;
	}
	client->connection = PQconnectStart(conninfo);
	if (client->connection == NULL || PQstatus(client->connection) == CONNECTION_BAD)
		give_up("cannot connect", client->connection ? PQerrorMessage(client->connection) : "no memory");
	PQsetNoticeReceiver(client->connection, ignore_notice, NULL);
	client->connecting = true;
	counted.connections++;
}

/* Sends the step at the client's position. */
static void
send_step(Client *client)
{
	Step *step = &client->steps[client->position];
	int sent = 1;

	client->failed = client->rolled_back = client->lost = false;
	counted.statements++;
	switch (step->kind)
	{
		case STEP_QUERY:
			sent = PQsendQuery(client->connection, step->sql);
			break;
		case STEP_PARAMS:
			sent = PQsendQueryParams(client->connection, step->sql, 0, NULL, NULL, NULL, NULL, 0);
			break;
		case STEP_PREPARE:
			sent = PQsendPrepare(client->connection, step->name, step->sql, 0, NULL);
			break;
		case STEP_EXECUTE:
			sent = PQsendQueryPrepared(client->connection, step->name, 0, NULL, NULL, NULL, 0);
			break;
		case STEP_HANG_UP:
			hang_up(client);
			return;
	}
	if (!sent)
	{
		unexpected(client, PQerrorMessage(client->connection));
		hang_up(client);
		return;
	}
	client->waiting = true;
	if (step->hang_up)
	{
		if (step->ends && tenant_of(client) >= 0)
			tenants[tenant_of(client)].uncertain += client->pending + step->inserts;
		PQflush(client->connection);
		hang_up(client);
	}
}

/* Goes on: to the next step, or to the next transaction. */
static void
advance(Client *client)
{
	if (client->position >= client->step_count)
	{
		bool begun = client->ready || client->step_count > 0;

		if (client->ready && client->step_count > 0)
			counted.transactions++;
		client->position = client->step_count = 0;
		if (!begun)
			plan_beginning(client);
		if (client->step_count == 0)
		{
			client->ready = true;
			plan_transaction(client);
		}
	}
	send_step(client);
}

/* The answer of a step is complete. */
static void
finish_step(Client *client)
{
	Step *step = &client->steps[client->position];
	bool idle = PQtransactionStatus(client->connection) == PQTRANS_IDLE;

	client->waiting = false;
	if (!client->failed)
	{
		if (step->error != NULL && *step->error != '?')
			unexpected(client, "no error");
		if (step->kind == STEP_PREPARE)
			client->prepared = true;
		client->pending += step->inserts;
	}
	if (idle)
	{
		if (client->rolled_back)
			counted.rollbacks++;
		else if (!client->failed)
		{
			counted.commits++;
			if (tenant_of(client) >= 0)
				tenants[tenant_of(client)].committed += client->pending;
		}
		client->pending = 0;
	}
	if (!client->failed && step->tenant != UNCHANGED)
		client->tenant = step->tenant;
	/* After an error that may be or not, only the end of the transaction makes sense. */
	client->position++;
	if (client->failed && step->error != NULL && *step->error == '?' && !idle)
		while (client->position < client->step_count - 1 && !client->steps[client->position].ends)
			client->position++;
}

/* Reads what has come. */
static void
receive(Client *client)
{
	PGnotify *notification;
	PGresult *result;

	if (!PQconsumeInput(client->connection))
	{
		unexpected(client, PQerrorMessage(client->connection));
		hang_up(client);
		return;
	}
	while ((notification = PQnotifies(client->connection)) != NULL)
	{
		counted.notifications++;
		if (!is_own(client, notification->extra))
			leak(client, notification->extra);
		PQfreemem(notification);
	}
	while (client->waiting && !PQisBusy(client->connection))
	{
		result = PQgetResult(client->connection);
		if (result == NULL)
		{
			if (client->lost)
				hang_up(client);
			else
				finish_step(client);
			return;
		}
		if (PQresultStatus(result) == PGRES_TUPLES_OK)
			judge_rows(client, result);
		else if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_EMPTY_QUERY)
			client->lost = !judge_error(client, result) || client->lost;
		client->rolled_back = strcmp(PQcmdStatus(result), "ROLLBACK") == 0;
		PQclear(result);
	}
}

/* Goes on with connecting. */
static short
poll_connecting(Client *client)
{
	switch (PQconnectPoll(client->connection))
	{
		case PGRES_POLLING_OK:
			client->connecting = false;
			PQsetnonblocking(client->connection, 0);
			return 0;
		case PGRES_POLLING_WRITING:
			return POLLOUT;
		case PGRES_POLLING_READING:
			return POLLIN;
		default:
			unexpected(client, PQerrorMessage(client->connection));
			hang_up(client);
			return 0;
	}
}

/* Lets all clients work until enough transactions are through. */
static void
run(void)
{
	static short wanted[MAX_CLIENTS];
	struct pollfd waits[MAX_CLIENTS];

	while (counted.transactions < options.transactions && counted.unexpected < 1000)
	{
		for (int i = 0; i < options.clients; i++)
		{
			Client *client = &clients[i];

			if (client->connection == NULL)
			{
				connect_client(client);
				wanted[i] = POLLOUT;
			}
			while (client->connection != NULL && !client->connecting && !client->waiting)
				advance(client);
			if (client->connection == NULL)
			{
				connect_client(client);
				wanted[i] = POLLOUT;
			}
			waits[i].fd = PQsocket(client->connection);
			waits[i].events = client->connecting ? wanted[i] : POLLIN;
			waits[i].revents = 0;
		}
		if (poll(waits, (nfds_t) options.clients, PATIENCE) <= 0)
			give_up("nobody is answered", strerror(errno));
		for (int i = 0; i < options.clients; i++)
		{
			Client *client = &clients[i];

			if (waits[i].revents == 0 || client->connection == NULL)
				continue;
			if (client->connecting)
				wanted[i] = poll_connecting(client);
			else
				receive(client);
		}
	}
}

int
main(int argc, char **argv)
{
	read_options(argc, argv);
	for (int i = 0; i < options.clients; i++)
	{
		clients[i].number = i;
		clients[i].random =
			(options.seed + 1) * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t) i * UINT64_C(0xBF58476D1CE4E5B9) + 1;
		clients[i].home = i % options.tenants;
		clients[i].tenant = -1;
	}
	run();
	/* What is under way when the program ends, the server may finish or not. */
	for (int i = 0; i < options.clients; i++)
		if (clients[i].waiting && tenant_of(&clients[i]) >= 0)
			tenants[tenant_of(&clients[i])].uncertain +=
				clients[i].pending + clients[i].steps[clients[i].position].inserts;
	printf("seed=%llu transactions=%ld statements=%ld rows=%ld commits=%ld rollbacks=%ld refusals=%ld errors=%ld "
		   "hang_ups=%ld connections=%ld notifications=%ld leaks=%ld unexpected=%ld\n",
		   (unsigned long long) options.seed,
		   counted.transactions,
		   counted.statements,
		   counted.rows,
		   counted.commits,
		   counted.rollbacks,
		   counted.refusals,
		   counted.errors,
		   counted.hang_ups,
		   counted.connections,
		   counted.notifications,
		   counted.leaks,
		   counted.unexpected);
	for (int i = 0; i < options.tenants; i++)
		printf("tenant %s %ld %ld\n", tenants[i].slug, tenants[i].committed, tenants[i].uncertain);
	return 0;
}
