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

/* Says what is wrong with a token, for the server log. */
static const char *
describe_problem(TenancyJwtProblem problem)
{
	switch (problem)
	{
		case TENANCY_JWT_GOOD:
		case TENANCY_JWT_OUT_OF_MEMORY:
			break;
		case TENANCY_JWT_TOO_LONG:
			return "it is too long";
		case TENANCY_JWT_BAD_PARTS:
			return "it has not three parts";
		case TENANCY_JWT_BAD_BASE64:
			return "a part is not base64url";
		case TENANCY_JWT_BAD_JSON:
			return "header or payload is not JSON";
		case TENANCY_JWT_NO_OBJECT:
			return "header or payload is not an object";
		case TENANCY_JWT_TOO_DEEP:
			return "header or payload is nested too deeply";
		case TENANCY_JWT_DUPLICATE:
			return "an object has two members of one name";
		case TENANCY_JWT_BAD_ALGORITHM:
			return "alg is missing or not supported";
		case TENANCY_JWT_BAD_KEY_ID:
			return "kid is not a text, or too long";
		case TENANCY_JWT_CRITICAL:
			return "the header has crit or b64";
		case TENANCY_JWT_NO_KEY:
			return "there is no live key of its algorithm and kid";
		case TENANCY_JWT_BAD_SIGNATURE:
			return "the signature is wrong";
		case TENANCY_JWT_BAD_EXPIRY:
			return "exp is missing or not a time";
		case TENANCY_JWT_BAD_TIME:
			return "nbf or iat is not a time";
		case TENANCY_JWT_EXPIRED:
			return "it has expired";
		case TENANCY_JWT_EARLY:
			return "it is not valid yet";
		case TENANCY_JWT_FROM_FUTURE:
			return "it was issued in the future";
		case TENANCY_JWT_BAD_ISSUER:
			return "iss is not tenancy.jwt_issuer";
		case TENANCY_JWT_BAD_AUDIENCE:
			return "aud does not contain tenancy.jwt_audience";
		case TENANCY_JWT_FOR_OTHERS:
			return "it has an audience, and tenancy.jwt_audience is not set";
		case TENANCY_JWT_BAD_TENANT:
			return "the claim of tenancy.jwt_claim is missing or not a slug";
		case TENANCY_JWT_REVOKED:
			return "the tenant's tickets were revoked after it was issued";
	}
	return "nothing";
}

/* Refuses a token: one error for all that can be wrong; the counts are the tenant's if a good signature names one. */
pg_noreturn static void
refuse_token(TenancyJwtProblem problem, const TenancyTenant *tenant)
{
	TenantCounters *counters = tenant != NULL ? tenant->counters : counters_of_unbound();

	if (problem == TENANCY_JWT_OUT_OF_MEMORY)
		raise_verdict(TENANCY_OUT_OF_MEMORY, &(ErrorFacts){0});
	counters_add(counters, COUNTER_REFUSED_BINDS, 1);
	counters_add(counters, COUNTER_REFUSED_TICKETS, 1);
	log_ticket_refusal("token", describe_problem(problem), NULL);
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
make_ticket(const TenancyTenant *tenant, const TenancyJwtClaims *claims, int64 now)
{
	/* After a revocation, a ticket that is not revoked begins when the revocation ends. */
	int64 begin = tenant->revoked_until != 0 ? Max(now, tenant->revoked_until + 1) : now;
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
	ticket = make_ticket(&tenant, &claims, now);
	binding_set(ticket, is_local);
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
