/*
 * plpgsql_values.c
 *	  Variables that functions in PL/pgSQL return.
 *
 * Closes: a variable of type regclass or its like that a function returns as text.  What
 * is assigned to it is not looked at, because PL/pgSQL casts without a plan, nor is
 * "RETURN variable"; every other use of a variable is an expression, which is planned.
 * Before such a statement the variable is looked at here.
 *
 * PL/pgSQL has one place for a plugin, which debuggers and profilers use, too: what is
 * there when the server starts is called from here.  A plugin that is loaded later takes
 * the place, and this closes nothing any more.
 */
#include "postgres.h"

#include "builtins.h"
#include "fmgr.h"
#include "guard.h"
#include "naming.h"
#include "plpgsql.h"
#include "plpgsql_values.h"
#include "visibility.h"

static PLpgSQL_plugin *previous = NULL;

/* Looks at a variable that is about to be returned. */
static void
look_at(PLpgSQL_execstate *state, int number)
{
	PLpgSQL_var *variable = (PLpgSQL_var *) state->datums[number];
	Oid class_id;

	if (variable->dtype != PLPGSQL_DTYPE_VAR || variable->isnull || !naming_type(variable->datatype->typoid) ||
		!visibility_is_limited())
		return;
	class_id = builtins_class_of_type(variable->datatype->typoid);
	if (OidIsValid(class_id))
	{
		if (!visibility_of(class_id, DatumGetObjectId(variable->value)))
			variable->value = ObjectIdGetDatum(InvalidOid);
	}
	else if (!naming_type(state->func->fn_rettype))
		guard_refuse_statement("RETURN of a variable that names objects as another type");
}

/* Before a statement. */
static void
at_statement(PLpgSQL_execstate *state, PLpgSQL_stmt *statement)
{
	int number = -1;

	if (statement->cmd_type == PLPGSQL_STMT_RETURN)
		number = ((PLpgSQL_stmt_return *) statement)->retvarno;
	else if (statement->cmd_type == PLPGSQL_STMT_RETURN_NEXT)
		number = ((PLpgSQL_stmt_return_next *) statement)->retvarno;
	if (number >= 0)
		look_at(state, number);
	if (previous && previous->stmt_beg)
		previous->stmt_beg(state, statement);
}

static void at_setup(PLpgSQL_execstate *state, PLpgSQL_function *function);

/* After a statement: for the plugin before. */
static void
after_statement(PLpgSQL_execstate *state, PLpgSQL_stmt *statement)
{
	if (previous && previous->stmt_end)
		previous->stmt_end(state, statement);
}

/* Before a function: likewise. */
static void
at_function(PLpgSQL_execstate *state, PLpgSQL_function *function)
{
	if (previous && previous->func_beg)
		previous->func_beg(state, function);
}

/* After a function: likewise. */
static void
after_function(PLpgSQL_execstate *state, PLpgSQL_function *function)
{
	if (previous && previous->func_end)
		previous->func_end(state, function);
}

static PLpgSQL_plugin plugin = {
	.func_setup = at_setup,
	.func_beg = at_function,
	.func_end = after_function,
	.stmt_beg = at_statement,
	.stmt_end = after_statement,
};

/* When a function is set up: the plugin before gets the services that PL/pgSQL has given us. */
static void
at_setup(PLpgSQL_execstate *state, PLpgSQL_function *function)
{
	PLpgSQL_plugin services = plugin;

	if (previous == NULL)
		return;
	services.func_setup = previous->func_setup;
	services.func_beg = previous->func_beg;
	services.func_end = previous->func_end;
	services.stmt_beg = previous->stmt_beg;
	services.stmt_end = previous->stmt_end;
	*previous = services;
	if (previous->func_setup)
		previous->func_setup(state, function);
}

void
plpgsql_values_start(void)
{
	PLpgSQL_plugin **place = (PLpgSQL_plugin **) find_rendezvous_variable("PLpgSQL_plugin");

	previous = *place;
	*place = &plugin;
}
