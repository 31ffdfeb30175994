/*
 * parameters.c
 *	  Types of a statement's parameters.
 *
 * Closes: parameters of another tenant's type, which a client declares by OID in the
 * extended protocol.  Bind reads the value with the type's input function, before
 * anything is planned, and its errors have names and labels in them; the parameter
 * need not even occur in the statement.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "guard.h"
#include "parameters.h"
#include "settings.h"
#include "visibility.h"
#include "whereabouts.h"

/*
 * What parse_param.c keeps of parameters whose types a client declares.  It has been
 * so since 9.0, and is not in a header.
 */
typedef struct DeclaredParameters
{
	Oid **types;
	int *count;
} DeclaredParameters;

void
parameters_check(const ParseState *state)
{
	const DeclaredParameters *declared;

	/* Only that kind of parameter has its type settled while the statement is analysed. */
	if (state == NULL || state->p_coerce_param_hook == NULL || guard_is_exempt())
		return;
	declared = (const DeclaredParameters *) state->p_ref_hook_state;
	for (int i = 0; i < *declared->count; i++)
	{
		Oid type = (*declared->types)[i];

		if (type < FirstNormalObjectId)
			continue;
		/* The words of the core for a type that is not there. */
		if (tenancy_error_style == ERROR_STYLE_UNIFORM && !visibility_of(TypeRelationId, type))
			elog(ERROR, "cache lookup failed for type %u", type);
		guard_check_tenant(whereabouts_of_type(type));
	}
}
