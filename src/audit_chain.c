/*
 * audit_chain.c
 *	  The chains of tenancy.audit_log: where each ends, and what has been taken off it.
 *
 * The tables are written as catalogs are: no trigger, rule, default or policy that somebody has
 * put there is looked at.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "audit_chain.h"
#include "audit_table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "commands/dbcommands.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "own_table.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

/* Columns of tenancy.audit_chains, in the order of the install script. */
enum
{
	CHAINS_CHAIN = 1,
	CHAINS_HEAD_ID,
	CHAINS_HEAD_HASH,
	CHAINS_RING,
	CHAINS_POSITION,
	CHAINS_DROPPED,
	CHAINS_DATABASE,
	CHAINS_SYSTEM,
	CHAINS_BEGUN_AT
};

#define CHAINS_COLUMNS 9

/* Columns of tenancy.audit_anchors. */
enum
{
	ANCHORS_CHAIN = 1,
	ANCHORS_FIRST_ID,
	ANCHORS_LAST_ID,
	ANCHORS_LAST_HASH,
	ANCHORS_AT
};

#define ANCHORS_COLUMNS 5

/* Opens one of the tables, which must be as the install script makes it. */
static Relation
open_table(const char *name, int columns)
{
	Oid id = own_table_find(name);
	Relation table = OidIsValid(id) ? table_open(id, RowExclusiveLock) : NULL;

	if (table == NULL || RelationGetNumberOfAttributes(table) != columns)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table tenancy.%s is not as the extension has made it", name)));
	return table;
}

/* Makes a bytea of a hash. */
static Datum
make_hash(const uint8 *hash)
{
	bytea *result = palloc(VARHDRSZ + AUDIT_HASH_SIZE);

	SET_VARSIZE(result, VARHDRSZ + AUDIT_HASH_SIZE);
	memcpy(VARDATA(result), hash, AUDIT_HASH_SIZE);
	return PointerGetDatum(result);
}

/* Tells whether a row is the chain of this database. */
static bool
is_ours(const Datum *values, const bool *nulls)
{
	for (int i = 0; i < CHAINS_COLUMNS; i++)
	{
		if (nulls[i])
			return false;
	}
	return DatumGetObjectId(values[CHAINS_DATABASE - 1]) == MyDatabaseId &&
		   (uint64) DatumGetInt64(values[CHAINS_SYSTEM - 1]) == GetSystemIdentifier() &&
		   VARSIZE_ANY_EXHDR(DatumGetByteaPP(values[CHAINS_HEAD_HASH - 1])) == AUDIT_HASH_SIZE;
}

/* Adds a chain to lines that name chains with their newest rows. */
static void
name_chain(StringInfo names, const Datum *values, const bool *nulls)
{
	bytea *hash = nulls[CHAINS_HEAD_HASH - 1] ? NULL : DatumGetByteaPP(values[CHAINS_HEAD_HASH - 1]);

	if (nulls[CHAINS_CHAIN - 1] || nulls[CHAINS_HEAD_ID - 1] || hash == NULL ||
		VARSIZE_ANY_EXHDR(hash) != AUDIT_HASH_SIZE)
		return;
	appendStringInfo(names,
					 "%s%d:" INT64_FORMAT ":%s",
					 names->len > 0 ? "\n" : "",
					 DatumGetInt32(values[CHAINS_CHAIN - 1]),
					 DatumGetInt64(values[CHAINS_HEAD_ID - 1]),
					 audit_hash_text((const uint8 *) VARDATA_ANY(hash)));
}

/*
 * Looks for the chain of this database, the longest if a restore into the same one has brought another; counts all,
 * and names them if that is asked for.
 */
static int
find_chain(Relation table, AuditChain *chain, StringInfo names)
{
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, NULL, 0, NULL);
	HeapTuple row;
	int found = 0;

	chain->is_new = true;
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		Datum values[CHAINS_COLUMNS];
		bool nulls[CHAINS_COLUMNS];

		found++;
		heap_deform_tuple(row, RelationGetDescr(table), values, nulls);
		if (names != NULL)
			name_chain(names, values, nulls);
		if (!is_ours(values, nulls) ||
			(!chain->is_new && chain->head_id >= DatumGetInt64(values[CHAINS_HEAD_ID - 1])))
			continue;
		chain->is_new = false;
		chain->chain = DatumGetInt32(values[CHAINS_CHAIN - 1]);
		chain->head_id = DatumGetInt64(values[CHAINS_HEAD_ID - 1]);
		memcpy(chain->head_hash, VARDATA_ANY(DatumGetByteaPP(values[CHAINS_HEAD_HASH - 1])), AUDIT_HASH_SIZE);
		chain->ring = DatumGetInt64(values[CHAINS_RING - 1]);
		chain->position = DatumGetInt64(values[CHAINS_POSITION - 1]);
		chain->dropped = DatumGetInt64(values[CHAINS_DROPPED - 1]);
		chain->place = row->t_self;
	}
	systable_endscan(scan);
	return found;
}

/* Returns a number for a new chain that no table has, so that what a restore brings later does not collide with it. */
static int32
new_number(void)
{
	for (;;)
	{
		uint32 number;

		if (!pg_strong_random(&number, sizeof(number)))
			elog(ERROR, "could not generate a random number");
		number &= PG_INT32_MAX;
		if (number != 0 && !audit_table_has_chain((int32) number))
			return (int32) number;
	}
}

void
audit_chain_open(AuditChain *chain)
{
	Relation table = open_table("audit_chains", CHAINS_COLUMNS);
	StringInfoData names;
	int others;

	initStringInfo(&names);
	/* Not a lock of the table: those who read it, and vacuum, are not to wait. */
	LockDatabaseObject(RelationRelationId, RelationGetRelid(table), 0, ExclusiveLock);
	memset(chain, 0, sizeof(*chain));
	others = find_chain(table, chain, &names);
	table_close(table, NoLock);
	if (chain->is_new)
	{
		AuditRow begun;
		char *database = get_database_name(MyDatabaseId);

		chain->chain = new_number();
		audit_row_of_note(&begun,
						  AUDIT_CHAIN_BEGUN,
						  -1,
						  others == 0 ? psprintf("in database \"%s\"", database)
									  : psprintf("in database \"%s\", which has come with %d of another one",
												 database,
												 others));
		/* Whoever makes one of them vanish has to break this one too. */
		audit_row_set_objects(&begun, names.data);
		audit_chain_append(chain, &begun, 1);
	}
}

bool
audit_chain_exists(void)
{
	Relation table = open_table("audit_chains", CHAINS_COLUMNS);
	AuditChain chain;

	(void) find_chain(table, &chain, NULL);
	table_close(table, NoLock);
	return !chain.is_new;
}

void
audit_chain_append(AuditChain *chain, AuditRow *rows, int count)
{
	for (int i = 0; i < count; i++)
		audit_row_chain(&rows[i], chain->chain, ++chain->head_id, chain->head_hash);
	audit_table_insert(chain->chain, rows, count);
}

void
audit_chain_save(AuditChain *chain)
{
	Relation table = open_table("audit_chains", CHAINS_COLUMNS);
	Datum values[CHAINS_COLUMNS];
	bool nulls[CHAINS_COLUMNS] = {false};
	bool replaced[CHAINS_COLUMNS] = {false};
	HeapTuple row;

	values[CHAINS_CHAIN - 1] = Int32GetDatum(chain->chain);
	values[CHAINS_HEAD_ID - 1] = Int64GetDatum(chain->head_id);
	values[CHAINS_HEAD_HASH - 1] = make_hash(chain->head_hash);
	values[CHAINS_RING - 1] = Int64GetDatum(chain->ring);
	values[CHAINS_POSITION - 1] = Int64GetDatum(chain->position);
	values[CHAINS_DROPPED - 1] = Int64GetDatum(chain->dropped);
	values[CHAINS_DATABASE - 1] = ObjectIdGetDatum(MyDatabaseId);
	values[CHAINS_SYSTEM - 1] = Int64GetDatum((int64) GetSystemIdentifier());
	values[CHAINS_BEGUN_AT - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	row = heap_form_tuple(RelationGetDescr(table), values, nulls);
	if (chain->is_new)
		CatalogTupleInsert(table, row);
	else
	{
		SysScanDesc scan = systable_beginscan(table, InvalidOid, false, NULL, 0, NULL);
		HeapTuple old;

		for (int i = CHAINS_HEAD_ID; i <= CHAINS_DROPPED; i++)
			replaced[i - 1] = true;
		while (HeapTupleIsValid(old = systable_getnext(scan)) && !ItemPointerEquals(&old->t_self, &chain->place))
			;
		if (!HeapTupleIsValid(old))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("table tenancy.audit_chains has been changed by somebody else")));
		row = heap_modify_tuple(old, RelationGetDescr(table), values, nulls, replaced);
		CatalogTupleUpdate(table, &chain->place, row);
		systable_endscan(scan);
	}
	chain->place = row->t_self;
	chain->is_new = false;
	CommandCounterIncrement();
	table_close(table, NoLock);
}

void
audit_chain_add_anchor(int32 chain, int64 first_id, int64 last_id, const uint8 *last_hash)
{
	Relation table = open_table("audit_anchors", ANCHORS_COLUMNS);
	Datum values[ANCHORS_COLUMNS];
	bool nulls[ANCHORS_COLUMNS] = {false};

	values[ANCHORS_CHAIN - 1] = Int32GetDatum(chain);
	values[ANCHORS_FIRST_ID - 1] = Int64GetDatum(first_id);
	values[ANCHORS_LAST_ID - 1] = Int64GetDatum(last_id);
	values[ANCHORS_LAST_HASH - 1] = make_hash(last_hash);
	values[ANCHORS_AT - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	CatalogTupleInsert(table, heap_form_tuple(RelationGetDescr(table), values, nulls));
	CommandCounterIncrement();
	table_close(table, NoLock);
}
