/*
 * pooler_probe.c
 *	  tenancy.pooler_probe(): what a client finds out about its pooler.
 *
 * A pooler gives one session of the server to many clients, and nothing in the session
 * tells them apart.  Here they do so themselves, each by a name of its own choice.  The
 * session remembers under which binding each name called: a binding that was in effect
 * when another client called has been carried over to this one.
 *
 * Nothing is told of others but how many there are.  A name counts together with the
 * tenant that the session was bound to, so that trying names tells nothing of the names
 * that clients of other tenants use; calls of unbound sessions are not remembered.
 */
#include "postgres.h"

#include "binding.h"
#include "common/hashfn.h"
#include "compat.h"
#include "core/verdict.h"
#include "fmgr.h"
#include "funcapi.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(tenancy_pooler_probe);

/* What a check says: right, wrong, or that it depends on what only the user knows. */
typedef enum Outcome
{
	RIGHT,
	WRONG,
	OPEN,
} Outcome;

/* A client that has called. */
typedef struct Caller
{
	uint64 key;		/* hash of its name and of the tenant that was bound */
	uint64 binding; /* serial number of the binding at its last call */
} Caller;

#define MAX_CALLERS 64

static Caller callers[MAX_CALLERS];
static int caller_count = 0;

/* What the session remembers of other clients than the present one. */
typedef struct Others
{
	bool named; /* the present one has given a name */
	int count;
	bool same_binding; /* one has called under the binding that is in effect now */
} Others;

/* Remembers that a client calls, unless there are too many, and looks at what others left. */
static Others
note_caller(text *name)
{
	Others others = {.named = true};
	uint64 key = hash_bytes_extended(current_binding->tenant.id, TENANCY_ID_SIZE, 0);
	Caller *own = NULL;

	key = hash_bytes_extended((unsigned char *) VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), key);
	for (int i = 0; i < caller_count; i++)
	{
		if (callers[i].key == key)
		{
			own = &callers[i];
			continue;
		}
		others.count++;
		if (callers[i].binding == binding_serial())
			others.same_binding = true;
	}
	if (own == NULL && caller_count < MAX_CALLERS)
	{
		own = &callers[caller_count++];
		own->key = key;
	}
	if (own != NULL)
		own->binding = binding_serial();
	return others;
}

/* Appends a row. */
static void
put_row(ReturnSetInfo *result, const char *check, Outcome outcome, const char *detail)
{
	Datum values[3];
	bool nulls[3] = {false, outcome == OPEN, false};

	values[0] = CStringGetTextDatum(check);
	values[1] = BoolGetDatum(outcome == RIGHT);
	values[2] = CStringGetTextDatum(detail);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Whether the session is bound, and until when. */
static void
check_binding(ReturnSetInfo *result)
{
	switch (binding_scope())
	{
		case BINDING_NONE:
			put_row(result, "binding", WRONG, "the session is not bound");
			break;
		case BINDING_OF_TRANSACTION:
			put_row(result, "binding", RIGHT, "bound by the transaction, and with it the binding ends");
			break;
		case BINDING_OF_SESSION:
			put_row(result,
					"binding",
					RIGHT,
					"bound by the session, until it binds again, resets the setting or ends");
			break;
		case BINDING_OF_CONNECTION:
			put_row(result, "binding", RIGHT, "bound since the connection to the server began, until that ends");
			break;
	}
}

/* Whether other clients have used this session, without which nothing can be proved. */
static void
check_others(ReturnSetInfo *result, Others others)
{
	if (current_binding == NULL)
		put_row(result, "other clients", OPEN, "the session is not bound, so that the call is not remembered");
	else if (!others.named)
		put_row(result, "other clients", OPEN, "the call gives no name of the client, so that it is not remembered");
	else if (others.count == 0)
		put_row(result,
				"other clients",
				OPEN,
				"no other client has called in this session of the server: nothing is proved yet");
	else
		put_row(result, "other clients", RIGHT, psprintf("%d called in this session of the server", others.count));
}

/* Whether the binding is one that another client has left. */
static void
check_own_binding(ReturnSetInfo *result, Others others)
{
	if (current_binding == NULL)
		put_row(result, "own binding", OPEN, "the session is not bound");
	else if (others.same_binding)
		put_row(result,
				"own binding",
				WRONG,
				"the binding was in effect when another client called: the pooler carries it from client to client");
	else if (others.count == 0)
		put_row(result, "own binding", OPEN, "needs calls of several clients, each with its name");
	else
		put_row(result, "own binding", RIGHT, "no other client has called under the binding in effect");
}

/* What tenancy.rebind means for the clients that share the session. */
static void
check_rebind(ReturnSetInfo *result, Others others)
{
	if (tenancy_rebind == TENANCY_REBIND_PER_TRANSACTION)
		put_row(result, "tenancy.rebind", RIGHT, "transaction: the session may serve each client's tenant in turn");
	else if (others.count > 0)
		put_row(result,
				"tenancy.rebind",
				WRONG,
				"never: several clients use the session, and those of all tenants but the first are refused");
	else
		put_row(result, "tenancy.rebind", OPEN, "never: right where all clients of the session have one tenant");
}

/* What tenancy.bind_scope means for a client that forgets LOCAL, or whose pooler forgets settings. */
static void
check_bind_scope(ReturnSetInfo *result)
{
	if (tenancy_bind_scope == TENANCY_SCOPE_TRANSACTION)
		put_row(result, "tenancy.bind_scope", RIGHT, "transaction: a binding that would reach the next client fails");
	else
		put_row(
			result,
			"tenancy.bind_scope",
			OPEN,
			"session: right only where the pooler cleans the session between clients, also if it tracks what they set");
}

/* Whether SQL that a client is made to run could bind to another tenant. */
static void
check_tickets(ReturnSetInfo *result)
{
	if (tenancy_require_ticket)
		put_row(result, "tenancy.require_ticket", RIGHT, "on: nobody binds without a ticket");
	else
		put_row(result, "tenancy.require_ticket", OPEN, "off: whoever runs SQL here can bind what the role may bind");
}

/* tenancy.pooler_probe(client): checks of how this session is shared and bound. */
Datum
tenancy_pooler_probe(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Others others = {0};

	require_preloaded();
	InitMaterializedSRF(fcinfo, 0);

	if (!PG_ARGISNULL(0) && current_binding != NULL)
		others = note_caller(PG_GETARG_TEXT_PP(0));
	check_binding(result);
	check_others(result, others);
	check_own_binding(result, others);
	check_rebind(result, others);
	check_bind_scope(result);
	check_tickets(result);
	return (Datum) 0;
}
