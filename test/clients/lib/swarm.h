/*
 * swarm.h
 *	  Many clients of many tenants at once through a connection pooler.
 *
 * swarm.c drives the connections and judges the answers; swarm_plan.c decides what
 * each client does next; swarm_options.c reads the command line.
 */
#ifndef SWARM_H
#define SWARM_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#define MAX_CLIENTS 200
#define MAX_TENANTS 64
#define MAX_STEPS 24

/* Of a step: it does not say which tenant; as before. */
#define UNCHANGED (-2)

/* How clients bind. */
typedef enum Mode
{
	MODE_LOCAL,			  /* in each transaction */
	MODE_TRACKED,		  /* once, and the pooler replays it */
	MODE_SESSION,		  /* once, and the server connection is the client's until it leaves */
	MODE_STATEMENT_LOCAL, /* in each message of several statements */
	MODE_STATEMENT,		  /* once, and no transaction has a second statement */
	MODE_CONTROL,		  /* by search_path alone, in schemas that no tenant has: leaks */
} Mode;

typedef enum StepKind
{
	STEP_QUERY,	  /* simple protocol */
	STEP_PARAMS,  /* extended protocol, unnamed statement */
	STEP_PREPARE, /* a named statement of the protocol */
	STEP_EXECUTE, /* the same, executed */
	STEP_HANG_UP, /* closes the connection */
} StepKind;

/* One message, and what its answer must be. */
typedef struct Step
{
	StepKind kind;
	const char *error; /* NULL: it succeeds; "42501": it fails so; "?42501": it may; several: one of them */
	bool hang_up;	   /* closes the connection without waiting for the answer */
	bool ends;		   /* may end the transaction: after a hang-up, nobody knows */
	int inserts;	   /* rows that are there for good when the transaction commits */
	int sees;		   /* whose rows the answer may have, if the step itself binds; -1: nobody's */
	int tenant;		   /* who the client is from then on, if it succeeds; -1: nobody */
	char name[24];
	char sql[480];
} Step;

typedef struct Tenant
{
	char slug[60];
	char value[140]; /* what binds: the slug, or a ticket */
	long committed;	 /* rows that are certainly there */
	long uncertain;	 /* rows that may be */
} Tenant;

typedef struct Client
{
	int number;
	uint64_t random;
	PGconn *connection;
	bool connecting;
	bool waiting;	  /* for an answer */
	bool failed;	  /* the answer of the step contains an error */
	bool rolled_back; /* and its last part says ROLLBACK */
	bool lost;		  /* and the client cannot go on after it */
	bool ready;		  /* of the messages at the beginning of a connection, all are through */
	bool prepared;	  /* has its named statement */
	int tenant;		  /* whose rows it may see; -1: nobody's */
	int home;		  /* the tenant that it goes back to */
	int pending;	  /* rows of the running transaction */
	int step_count;
	int position;
	Step steps[MAX_STEPS];
} Client;

typedef struct Options
{
	const char *connection;
	Mode mode;
	int clients;
	int tenants;
	long transactions;
	uint64_t seed;
	bool named;	   /* named statements of the protocol outlive transactions */
	bool start_up; /* half of the clients bind by options= at connection */
} Options;

extern Options options;
extern Tenant tenants[MAX_TENANTS];

/* Fills in options and tenants from the command line. */
extern void read_options(int argc, char **argv);

/* Ends the program for a reason that is not a finding. */
extern void give_up(const char *why, const char *detail) __attribute__((noreturn));

/* Returns a number from 0 to below bound, of the client's own sequence. */
extern int choose(Client *client, int bound);

/* Fills in the steps of the client's next transaction. */
extern void plan_transaction(Client *client);

/* Fills in what the client does at the beginning of a connection. */
extern void plan_beginning(Client *client);

/* Tells whether the client's next connection binds by options=. */
extern bool plan_start_up(Client *client);

#endif /* SWARM_H */
