/*
 * clone_types.c
 *	  Whether values of a template's type can go to a clone as text.
 *
 * A table that got columns from its parent after it had its own is made with those in
 * front, as when pg_dump is restored.  Rows of it in another table's column would change
 * places without a word.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "clone_types.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

/* Raises the error for a row type that is another one in the clone. */
static void
refuse_type(Oid type)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("values of type %s cannot be copied", format_type_be(type)),
			 errdetail("Its columns have another order in the clone.")));
}

/* Refuses a row type whose columns have another order in the clone, as those that a child got from its parent later. */
static void
require_same_row(Oid from, Oid to)
{
	TupleDesc left = lookup_rowtype_tupdesc_copy(from, -1);
	TupleDesc right = lookup_rowtype_tupdesc_copy(to, -1);
	int j = 0;

	for (int i = 0; i < left->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(left, i);

		if (column->attisdropped)
			continue;
		while (j < right->natts && TupleDescAttr(right, j)->attisdropped)
			j++;
		if (j >= right->natts || strcmp(NameStr(column->attname), NameStr(TupleDescAttr(right, j)->attname)) != 0)
			refuse_type(to);
		clone_require_same_type(column->atttypid, TupleDescAttr(right, j++)->atttypid);
	}
}

void
clone_require_same_type(Oid from, Oid to)
{
	check_stack_depth();
	if (from == to)
		return;
	if (type_is_range(from))
		clone_require_same_type(get_range_subtype(from), get_range_subtype(to));
	else if (type_is_multirange(from))
		clone_require_same_type(get_multirange_range(from), get_multirange_range(to));
	else if (OidIsValid(get_element_type(from)))
		clone_require_same_type(get_element_type(from), get_element_type(to));
	else if (get_typtype(from) == TYPTYPE_DOMAIN)
		clone_require_same_type(getBaseType(from), getBaseType(to));
	else if (get_typtype(from) == TYPTYPE_COMPOSITE)
		require_same_row(from, to);
}
