/*
 * jwt.c
 *	  Binding by a JSON web token of an identity provider.
 *
 * The token is exchanged for a ticket, with which the session is bound: everything that
 * ends a ticket ends this binding too, and a pooler can keep the ticket.
 */
#include "postgres.h"

#include "binding.h"
#include "bridge.h"
#include "counters.h"
#include "errors.h"
#include "fmgr.h"
#include "jwt_keys.h"
#include "settings.h"
#include "ticket.h"
#include "unix_time.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(tenancy_bind_jwt);

/* Refuses a token: one error for all that can be wrong; the counts are the tenant's if a good signature names one. */
pg_noreturn static void
refuse_token(TenancyJwtProblem problem, const TenancyTenant *tenant)
{
	TenantCounters *counters = tenant != NULL ? tenant->counters : counters_of_unbound();

	if (problem == TENANCY_JWT_OUT_OF_MEMORY)
		raise_verdict(TENANCY_OUT_OF_MEMORY, &(ErrorFacts){0});
	counters_add(counters, COUNTER_REFUSED_BINDS, 1);
	counters_add(counters, COUNTER_REFUSED_TICKETS, 1);
	log_ticket_refusal("token", errors_token_problem(problem), NULL);
	raise_verdict(TENANCY_BAD_TOKEN, &(ErrorFacts){0});
}

/* Verifies a token and reads what it says; refuses it if anything is wrong. */
static void
read_token(const text *token, int64 now, TenancyJwtClaims *claims)
{
	const char *bytes = VARDATA_ANY(token);
	size_t length = VARSIZE_ANY_EXHDR(token);
	TenancyJwtHeader header;
	TenancyJwtRules rules = {.claim = tenancy_jwt_claim,
							 .issuer = tenancy_jwt_issuer,
							 .audience = tenancy_jwt_audience,
							 .now = now,
							 .leeway = tenancy_ticket_leeway};
	TenancyJwtProblem problem = bridge_read_jwt_header(bytes, length, &header);

	if (problem == TENANCY_JWT_GOOD)
		problem = jwt_keys_verify(bytes, &header);
	if (problem == TENANCY_JWT_GOOD)
		problem = bridge_read_jwt_claims(bytes, length, &header, &rules, claims);
	if (problem != TENANCY_JWT_GOOD)
		refuse_token(problem, NULL);
}

/* Makes the ticket, which ends when the token would be refused. */
static char *
make_ticket(const TenancyTenant *tenant, const TenancyJwtClaims *claims)
{
	int64 begin = ticket_beginning(tenant);
	int64 lifetime = claims->expires + tenancy_ticket_leeway - begin;

	return ticket_make(tenant, begin, Min(Max(lifetime, 1), TENANCY_TICKET_LIFETIME_MAX));
}

/* Exchanges a token for a ticket, and binds with it. */
static char *
bind_by_token(const text *token, bool is_local)
{
	int64 now = unix_seconds(GetCurrentTimestamp());
	TenancyJwtClaims claims;
	TenancyTenant tenant;
	char *ticket;

	read_token(token, now, &claims);
	binding_require_permission(claims.slug, &tenant);
	/* Who revokes means what was given out before.  A token that does not say when may be as new as can be. */
	if (tenant.revoked_until != 0 && (claims.has_issued ? claims.issued : now) <= tenant.revoked_until)
		refuse_token(TENANCY_JWT_REVOKED, &tenant);
	ticket = make_ticket(&tenant, &claims);
	binding_set(ticket, is_local, PGC_S_SESSION);
	return ticket;
}

/* tenancy.bind_jwt(token, is_local): binds by a token; returns the ticket that it was exchanged for. */
Datum
tenancy_bind_jwt(PG_FUNCTION_ARGS)
{
	ErrorContextCallback callback = {.callback = errors_hide_statement, .previous = error_context_stack};
	char *ticket;

	require_preloaded();
	error_context_stack = &callback;
	if (PG_ARGISNULL(0))
		refuse_token(TENANCY_JWT_BAD_PARTS, NULL);
	ticket = bind_by_token(PG_GETARG_TEXT_PP(0), !PG_ARGISNULL(1) && PG_GETARG_BOOL(1));
	error_context_stack = callback.previous;
	PG_RETURN_TEXT_P(cstring_to_text(ticket));
}
