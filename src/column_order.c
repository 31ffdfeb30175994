/*
 * column_order.c
 *	  Whether two tables have their common columns in the same order.
 */
#include "postgres.h"

#include "column_order.h"
#include "nodes/pg_list.h"

/* Takes a list of names apart: separated by a comma and a blank, outside of quotes. */
static List *
split_names(const char *list)
{
	List *names = NIL;
	const char *start = list;
	bool quoted = false;

	for (const char *at = list;; at++)
	{
		if (*at == '"')
			quoted = !quoted;
		if (*at != '\0' && (quoted || *at != ','))
			continue;
		names = lappend(names, pnstrdup(start, at - start));
		if (*at == '\0')
			return names;
		at++;
		start = at + 1;
	}
}

/* Tells whether a list has a name. */
static bool
has_name(List *names, const char *name)
{
	ListCell *cell;

	foreach (cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* Returns the names that another list has too. */
static List *
common_names(List *names, List *others)
{
	List *common = NIL;
	ListCell *cell;

	foreach (cell, names)
	{
		if (has_name(others, lfirst(cell)))
			common = lappend(common, lfirst(cell));
	}
	return common;
}

bool
column_order_is_same(const char *one, const char *other)
{
	List *names = split_names(one);
	List *others = split_names(other);
	List *left = common_names(names, others);
	List *right = common_names(others, names);
	ListCell *cell;
	ListCell *counterpart;

	if (list_length(left) != list_length(right))
		return false;
	forboth (cell, left, counterpart, right)
	{
		if (strcmp(lfirst(cell), lfirst(counterpart)) != 0)
			return false;
	}
	return true;
}
