/*
 * errors.h
 *	  Raising what core decided: all SQLSTATEs and all words are in errors.c.
 */
#ifndef TENANCY_ERRORS_H
#define TENANCY_ERRORS_H

#include "compat.h"
#include "core/jwt.h"
#include "core/verdict.h"

/* What an error text may need; unset members are NULL or 0. */
typedef struct ErrorFacts
{
	const char *slug;		/* tenant that is asked for */
	const char *bound_slug; /* tenant that the session is bound to */
	const char *schema;		/* schema that is refused */
	int position;			/* of the name in the statement, in characters from 1; 0: not known */
	const char *object;		/* description of the object, or command tag of the statement */
	TenancyStatus status;	/* of the tenant that is asked for */
	bool has_ticket;		/* the statement has a ticket in it */
	TenancyTicketProblem ticket_problem;
	const char *quota; /* kind of a quota */
	int64 used;		   /* of it */
	int64 limit;
} ErrorFacts;

/* Raises the error of a verdict; does not return. */
pg_noreturn extern void raise_verdict(TenancyVerdict verdict, const ErrorFacts *facts);

/* Tells the client that its tenant is over a soft limit. */
extern void report_soft_limit(const ErrorFacts *facts);

/* Tells the server log that a session is ended because its statement goes on after its timeout. */
extern void log_defiance(const char *slug);

/*
 * Rewords the error that is being raised, that a tenant's schema or what is in it does
 * not exist, so that it is the same as the refusal in uniform style; NULL for one that
 * the client has not named.  For a callback in the error context.
 */
extern void errors_reword_absence(const char *schema);

/* The same for a DETAIL that has a row in it. */
extern void errors_conceal_row(void);

/* The same for an error of which nothing may be said. */
extern void errors_conceal_all(void);

/* Returns what is wrong with a ticket, for operators. */
extern const char *errors_ticket_problem(TenancyTicketProblem problem);

/* The same for a token. */
extern const char *errors_token_problem(TenancyJwtProblem problem);

/*
 * Tells the server log, and it alone, why a ticket or a token was refused.  The refusal
 * itself says no more than whoever has the signer's key may know.  The ticket, if it
 * could be read, may be NULL.
 */
extern void log_ticket_refusal(const char *what, const char *reason, const TenancyTicket *ticket);

/*
 * Keeps the statement, which has a token or a secret in it, out of the server log; for a callback
 * in the error context, with any argument.
 */
extern void errors_hide_statement(void *argument);

/*
 * Leaves the error of a verdict for GUC to raise, in a check hook that will return false.  If
 * it is about a ticket, the statement stays out of the server log: the ticket may be good
 * for another session, or later.
 */
extern void report_check_failure(TenancyVerdict verdict, const ErrorFacts *facts);

/* Transaction end: an error that was caught is about nothing any more. */
extern void errors_forget_ticket(void);

/* For the hook that sees what is logged: keeps a statement with a ticket out of it. */
extern void errors_conceal_ticket(ErrorData *report);

#endif /* TENANCY_ERRORS_H */
