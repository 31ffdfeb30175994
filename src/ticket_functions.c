/*
 * ticket_functions.c
 *	  Tickets and their keys as SQL functions for operators.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "audit_capture.h"
#include "bridge.h"
#include "common/string.h"
#include "errors.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lifecycle.h"
#include "privileged.h"
#include "registry.h"
#include "ticket.h"
#include "ticket_keys.h"
#include "unix_time.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(tenancy_create_ticket_key);
PG_FUNCTION_INFO_V1(tenancy_retire_ticket_key);
PG_FUNCTION_INFO_V1(tenancy_issue_ticket);
PG_FUNCTION_INFO_V1(tenancy_revoke_tickets);
PG_FUNCTION_INFO_V1(tenancy_inspect_ticket);

/* A key to be made or retired. */
typedef struct KeyChange
{
	int id;
	uint8 secret[TICKET_SECRET_MAX];
	int size;
} KeyChange;

/* Writes a new key, with the next id. */
static void
insert_key(void *argument)
{
	KeyChange *change = argument;
	char hex[2 * TICKET_SECRET_MAX + 1];

	(void) hex_encode((const char *) change->secret, change->size, hex);
	hex[2 * change->size] = '\0';
	SPI_connect();
	privileged_execute("LOCK TABLE tenancy.ticket_keys IN SHARE ROW EXCLUSIVE MODE");
	if (privileged_execute("INSERT INTO tenancy.ticket_keys (id, secret) "
						   "SELECT coalesce(max(id), 0) + 1, pg_catalog.decode('%s', 'hex') FROM tenancy.ticket_keys "
						   "HAVING coalesce(max(id), 0) < %d RETURNING id",
						   hex,
						   TENANCY_TICKET_KEY_MAX) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there are no more numbers for ticket keys"),
				 errhint(
					 "A superuser deletes the first keys from tenancy.ticket_keys and numbers the others anew.")));
	change->id = (int) privileged_number(0, 1);
	SPI_finish();
	explicit_bzero(hex, sizeof(hex));
}

/* tenancy.create_ticket_key(secret): a new key, random unless given, with which new tickets are signed; returns its id. */
Datum
tenancy_create_ticket_key(PG_FUNCTION_ARGS)
{
	KeyChange change = {0};
	ErrorContextCallback callback = {.callback = errors_hide_statement, .previous = error_context_stack};

	lifecycle_require_unbound("tenancy.create_ticket_key()");
	error_context_stack = &callback;
	if (PG_ARGISNULL(0))
	{
		change.size = TICKET_SECRET_MIN;
		if (!pg_strong_random(change.secret, change.size))
			ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate a random key")));
	}
	else
	{
		bytea *secret = PG_GETARG_BYTEA_PP(0);

		if (VARSIZE_ANY_EXHDR(secret) < TICKET_SECRET_MIN || VARSIZE_ANY_EXHDR(secret) > TICKET_SECRET_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("invalid secret of a ticket key"),
					 errdetail("It has %d to %d random bytes.", TICKET_SECRET_MIN, TICKET_SECRET_MAX)));
		change.size = (int) VARSIZE_ANY_EXHDR(secret);
		memcpy(change.secret, VARDATA_ANY(secret), change.size);
	}
	privileged_run(insert_key, &change);
	error_context_stack = callback.previous;
	explicit_bzero(change.secret, sizeof(change.secret));
	audit_lifecycle(NULL, "ticket key created", psprintf("%d", change.id), NULL);
	PG_RETURN_INT32(change.id);
}

/* Retires a key: the row stays, so that its id is not given away again; the secret goes. */
static void
retire_key(void *argument)
{
	KeyChange *change = argument;

	SPI_connect();
	if (privileged_execute("UPDATE tenancy.ticket_keys SET secret = NULL, "
						   "retired_at = coalesce(retired_at, pg_catalog.clock_timestamp()) WHERE id = %d",
						   change->id) == 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("ticket key %d does not exist", change->id)));
	SPI_finish();
}

/* tenancy.retire_ticket_key(id): ends a key, and with it all tickets that it has signed. */
Datum
tenancy_retire_ticket_key(PG_FUNCTION_ARGS)
{
	KeyChange change = {0};

	lifecycle_require_unbound("tenancy.retire_ticket_key()");
	change.id = PG_GETARG_INT32(0);
	privileged_run(retire_key, &change);
	audit_lifecycle(NULL, "ticket key retired", psprintf("%d", change.id), NULL);
	PG_RETURN_VOID();
}

/* A ticket to be made. */
typedef struct Issue
{
	char *slug;
	Interval *valid_for;
	bool has_beginning;
	TimestampTz not_before;
	char *ticket; /* result, in the memory of SPI's caller */
} Issue;

/* Makes the ticket. */
static void
issue(void *argument)
{
	Issue *job = argument;
	RegistryRow row;
	TenancyTenant tenant;
	int64 begin;
	TimestampTz end;
	char *ticket;

	SPI_connect();
	lifecycle_require_row(job->slug, &row);
	if (row.status != TENANCY_STATUS_ACTIVE)
		raise_verdict(TENANCY_NOT_ACTIVE, &(ErrorFacts){.slug = job->slug, .status = row.status});
	if (!registry_find(job->slug, &tenant))
		raise_verdict(TENANCY_UNKNOWN_TENANT, &(ErrorFacts){.slug = job->slug});
	begin = job->has_beginning ? unix_seconds(job->not_before) : ticket_beginning(&tenant);
	if (begin < 0 || begin > TENANCY_TICKET_TIME_MAX)
		begin = -1;
	end = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
												  TimestampTzGetDatum(unix_time(begin)),
												  IntervalPGetDatum(job->valid_for)));
	ticket = ticket_make(&tenant, begin, unix_seconds(end) - begin);
	job->ticket = SPI_palloc(strlen(ticket) + 1);
	strcpy(job->ticket, ticket);
	SPI_finish();
}

/* tenancy.issue_ticket(slug, valid_for, not_before): a ticket that binds a tenant. */
Datum
tenancy_issue_ticket(PG_FUNCTION_ARGS)
{
	Issue job = {0};

	lifecycle_require_unbound("tenancy.issue_ticket()");
	job.slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(job.slug);
	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("valid_for of a ticket must not be null")));
	job.valid_for = PG_GETARG_INTERVAL_P(1);
	job.has_beginning = !PG_ARGISNULL(2);
	if (job.has_beginning)
		job.not_before = PG_GETARG_TIMESTAMPTZ(2);
	privileged_run(issue, &job);
	PG_RETURN_TEXT_P(cstring_to_text(job.ticket));
}

/* Revokes the tickets of a tenant.  The trigger of the registry knows until when. */
static void
revoke_all(void *argument)
{
	char *slug = argument;
	RegistryRow row;

	SPI_connect();
	lifecycle_require_row(slug, &row);
	privileged_execute("UPDATE tenancy.tenants SET tickets_after = pg_catalog.clock_timestamp() WHERE slug = %s",
					   privileged_literal(slug));
	lifecycle_record_event(slug, "tickets_revoked", NULL, NULL);
	SPI_finish();
}

/* tenancy.revoke_tickets(slug): ends all tickets of a tenant that are valid by now. */
Datum
tenancy_revoke_tickets(PG_FUNCTION_ARGS)
{
	char *slug;

	lifecycle_require_unbound("tenancy.revoke_tickets()");
	slug = lifecycle_text_argument(fcinfo, 0);
	lifecycle_require_slug(slug);
	privileged_run(revoke_all, slug);
	PG_RETURN_VOID();
}

/* tenancy.inspect_ticket(ticket): what a ticket says, and what is wrong with it at this moment. */
Datum
tenancy_inspect_ticket(PG_FUNCTION_ARGS)
{
	TupleDesc descriptor;
	Datum values[5] = {0};
	bool nulls[5] = {true, true, true, true, true};
	TenancyTicket ticket;
	TenancyTenant tenant;
	bool tenant_known;
	TenancyTicketProblem problem;
	char *text;

	lifecycle_require_unbound("tenancy.inspect_ticket()");
	text = lifecycle_text_argument(fcinfo, 0);
	if (text == NULL)
		PG_RETURN_NULL();
	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	problem =
		bridge_parse_ticket(text, &ticket) ? ticket_check(&ticket, &tenant, &tenant_known) : TENANCY_TICKET_MALFORMED;
	if (problem != TENANCY_TICKET_MALFORMED)
	{
		values[0] = CStringGetTextDatum(ticket.slug);
		values[1] = Int32GetDatum(ticket.key_id);
		values[2] = TimestampTzGetDatum(unix_time(ticket.not_before));
		values[3] = TimestampTzGetDatum(unix_time(ticket.not_before + ticket.lifetime));
		memset(nulls, false, 4);
	}
	if (problem != TENANCY_TICKET_GOOD)
	{
		values[4] = CStringGetTextDatum(errors_ticket_problem(problem));
		nulls[4] = false;
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls)));
}
