/*
 * builtins.h
 *	  Built-in functions that can be aimed at what is not the caller's, and how.
 */
#ifndef TENANCY_BUILTINS_H
#define TENANCY_BUILTINS_H

#include "access/transam.h"

/* How a call of a built-in function is treated in a limited session. */
typedef enum BuiltinTreatment
{
	BUILTIN_UNKNOWN = 0, /* not looked at yet */
	BUILTIN_PLAIN,		 /* harmless */
	BUILTIN_GUARDED,	 /* the planner puts a checked call in its place; any other call is refused */
	BUILTIN_GUARDED_SET, /* the same, by a function of the extension that returns the same rows */
	BUILTIN_TOLERATED,	 /* like GUARDED, but stored expressions may call it unchecked */
	BUILTIN_REFUSED		 /* takes an OID of nobody knows what */
} BuiltinTreatment;

/* What an argument names. */
typedef enum ArgumentKind
{
	ARGUMENT_PLAIN = 0,
	ARGUMENT_OBJECT,		/* OID of an object of a known class */
	ARGUMENT_OBJECT_ARRAY,	/* vector of such OIDs */
	ARGUMENT_ADDRESSED,		/* OID of an object of the class that the argument before gives */
	ARGUMENT_ROLE_NAME,		/* name of a role: refused as a schema of that name is */
	ARGUMENT_SCHEMA_NAME,	/* name of a schema, likewise */
	ARGUMENT_SOUGHT_SCHEMA, /* the same for a function that answers null for what is not there */
	ARGUMENT_SOUGHT_NAME,	/* name of any object that may begin with a schema, for such a function */
	ARGUMENT_BACKEND_PID,	/* process of a backend */
	ARGUMENT_BACKEND_ID,	/* number of a backend in the statistics */
	ARGUMENT_LOCK_KEY,		/* key of an advisory lock, or half of one */
	ARGUMENT_CHANNEL,		/* channel of NOTIFY */
	ARGUMENT_SETTING,		/* name of a setting that is made */
	ARGUMENT_SEED			/* seed of random() */
} ArgumentKind;

/* More arguments than any such function has. */
#define BUILTIN_MAX_ARGUMENTS 8

/* One guarded function; lives as long as the backend. */
typedef struct Builtin
{
	Oid function;
	Oid result_type;
	int argument_count;
	bool strict;
	bool is_volatile;
	bool reads_type; /* input function that is told the OID of the type to read */
	ArgumentKind kinds[BUILTIN_MAX_ARGUMENTS];
	Oid classes[BUILTIN_MAX_ARGUMENTS]; /* for ARGUMENT_OBJECT */
	Oid types[BUILTIN_MAX_ARGUMENTS];
} Builtin;

/* Answers found so far, by OID; for builtins_treatment() alone. */
extern uint8 builtins_known[FirstNormalObjectId];

/* Finds how a function is treated, and remembers it. */
extern BuiltinTreatment builtins_find(Oid function);

/* Returns how a function below FirstNormalObjectId is treated; on the path of every call that is set up. */
static inline BuiltinTreatment
builtins_treatment(Oid function)
{
	return builtins_known[function] != BUILTIN_UNKNOWN ? (BuiltinTreatment) builtins_known[function]
													   : builtins_find(function);
}

/* Returns what is known of a function that is not plain. */
extern const Builtin *builtins_describe(Oid function);

/* Returns the catalog of the objects that values of a type name, such as pg_class for regclass; InvalidOid: none. */
extern Oid builtins_class_of_type(Oid type);

/* Tells whether there is a function of this name that is not plain. */
extern bool builtins_have_guarded(const char *name);

#endif /* TENANCY_BUILTINS_H */
