/*
 * describe_state.c
 *	  What is not structure but is needed to go on from where a schema is: the values of
 *	  its sequences, and that its materialised views can be read.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "commands/sequence.h"
#include "description_parts.h"
#include "storage/bufmgr.h"
#include "utils/guc.h"
#include "utils/rel.h"

/* clang-format off */
static const DescriptionQuery queries[] = {
	/* Sequences, those of identity columns too; the value is added below, unless it is the first ("tail"). */
	{"pg_class:S", "SELECT c.class, c.oid AS object, 'sequence value' AS kind, quote_ident(c.relname) AS identity, true AS "
	"state, "
	"'SELECT pg_catalog.setval(' || quote_literal(c.oid::regclass) AS definition, q.seqstart AS tail "
	"FROM " IN_SCHEMA("pg_class") " c JOIN pg_sequence q ON q.seqrelid = c.oid ORDER BY c.relname"},

	{"pg_class:m", "SELECT c.class, c.oid AS object, 'materialized view contents' AS kind, quote_ident(c.relname) AS "
	"identity, "
	"true AS state, 'REFRESH MATERIALIZED VIEW ' || c.oid::regclass AS definition "
	"FROM " IN_SCHEMA("pg_class") " c WHERE c.relkind = 'm' AND c.relispopulated ORDER BY c.relname"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

/* Reads the value of a sequence, as SELECT from it does. */
static void
read_value(Oid sequence, int64 *last_value, bool *is_called)
{
	Relation relation = relation_open(sequence, AccessShareLock);
	Buffer buffer = ReadBuffer(relation, 0);
	Page page = BufferGetPage(buffer);
	HeapTupleHeader header;
	Form_pg_sequence_data data;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	header = (HeapTupleHeader) PageGetItem(page, PageGetItemId(page, FirstOffsetNumber));
	data = (Form_pg_sequence_data) ((char *) header + header->t_hoff);
	*last_value = data->last_value;
	*is_called = data->is_called;
	UnlockReleaseBuffer(buffer);
	relation_close(relation, AccessShareLock);
}

/* Adds the value to the statement that sets it. */
static void
add_value(DescriptionPart *part)
{
	int64 last_value;
	bool is_called;

	read_value(part->address.objectId, &last_value, &is_called);
	if (!is_called && strcmp(psprintf(INT64_FORMAT, last_value), part->tail) == 0)
		part->definition = NULL;
	else
		part->definition =
			psprintf("%s, " INT64_FORMAT ", %s)", part->definition, last_value, is_called ? "true" : "false");
	part->tail = NULL;
}

void
describe_state(Description *description)
{
	int guc_level = description_settle_settings();
	ListCell *cell;

	description_collect(description, queries, plans, lengthof(queries));
	AtEOXact_GUC(true, guc_level);
	foreach (cell, description->parts)
	{
		DescriptionPart *part = lfirst(cell);

		if (part->state && part->tail != NULL)
			add_value(part);
	}
}
