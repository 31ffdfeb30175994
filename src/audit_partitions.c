/*
 * audit_partitions.c
 *	  The partitions of tenancy.audit_log.
 *
 * Each chain is a partition, and each of its months one of that, so that what a restore
 * brings finds its places free.  They are tables like any other, which pg_dump dumps; the
 * table itself has no index or constraint, which would stand in the way of that.
 *
 * Statements go to PostgreSQL as parts of a larger one: event triggers do not fire for those,
 * and no hook of another library sees them.
 */
#include "postgres.h"

#include "access/xact.h"
#include "audit_table.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "compat.h"
#include "own_table.h"
#include "parser/parser.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

/* Events are no older and no newer than this, in years. */
#define FIRST_YEAR 2000
#define LAST_YEAR 2199

/* Runs statements of ours. */
static void
run(const char *sql)
{
	ListCell *cell;

	foreach (cell, raw_parser(sql, RAW_PARSE_DEFAULT))
	{
		PlannedStmt *statement = makeNode(PlannedStmt);

		statement->commandType = CMD_UTILITY;
		statement->utilityStmt = lfirst_node(RawStmt, cell)->stmt;
		standard_ProcessUtility(statement, sql, false, PROCESS_UTILITY_SUBCOMMAND, NULL, NULL, None_Receiver, NULL);
		CommandCounterIncrement();
	}
}

/* Returns the partition of a parent by its name, or InvalidOid; a table of that name that is none is an error. */
static Oid
find_partition(const char *name, Oid parent)
{
	Oid table = get_relname_relid(name, get_namespace_oid("tenancy", false));

	if (OidIsValid(table) && (!get_rel_relispartition(table) || get_partition_parent(table, true) != parent))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table tenancy.%s is not where it belongs in tenancy.audit_log", name),
				 errhint("Attach it again, or give it another name.")));
	return table;
}

/* Returns the table itself. */
static Oid
find_root(void)
{
	Oid root = own_table_find("audit_log");

	if (!OidIsValid(root))
		elog(ERROR, "table tenancy.audit_log does not exist");
	return root;
}

bool
audit_table_has_chain(int32 chain)
{
	return OidIsValid(get_relname_relid(psprintf("audit_log_c%d", chain), get_namespace_oid("tenancy", false)));
}

/* Makes the partition of a chain. */
static void
make_chain(int32 chain)
{
	run(psprintf("CREATE TABLE tenancy.audit_log_c%d (LIKE tenancy.audit_log) PARTITION BY RANGE (at); "
				 "ALTER TABLE tenancy.audit_log_c%d ENABLE ROW LEVEL SECURITY; "
				 "ALTER TABLE tenancy.audit_log ATTACH PARTITION tenancy.audit_log_c%d FOR VALUES IN (%d)",
				 chain,
				 chain,
				 chain,
				 chain));
}

/* Makes the partition of a month; its own table first, as that takes no lock from those who read the others. */
static void
make_month(int32 chain, const char *name, int year, int month)
{
	int next_year = month == 12 ? year + 1 : year;
	int next_month = month == 12 ? 1 : month + 1;

	run(psprintf("CREATE TABLE tenancy.%s (LIKE tenancy.audit_log_c%d) USING heap; "
				 "ALTER TABLE tenancy.%s ADD PRIMARY KEY (id); "
				 "CREATE INDEX ON tenancy.%s (tenant, at); "
				 "ALTER TABLE tenancy.%s ENABLE ROW LEVEL SECURITY; "
				 "ALTER TABLE tenancy.audit_log_c%d ATTACH PARTITION tenancy.%s "
				 "FOR VALUES FROM ('%04d-%02d-01 00:00:00+00') TO ('%04d-%02d-01 00:00:00+00')",
				 name,
				 chain,
				 name,
				 name,
				 name,
				 chain,
				 name,
				 year,
				 month,
				 next_year,
				 next_month));
}

Oid
audit_partition_of(int32 chain, int64 at)
{
	struct pg_tm parts;
	fsec_t microseconds;
	char *name = psprintf("audit_log_c%d", chain);
	Oid root = find_root();
	Oid parent;
	Oid partition;

	if (timestamp2tm(at, NULL, &parts, &microseconds, NULL, NULL) != 0 || parts.tm_year < FIRST_YEAR ||
		parts.tm_year > LAST_YEAR)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an audit event cannot be from outside of the years %d to %d", FIRST_YEAR, LAST_YEAR)));
	parent = find_partition(name, root);
	if (!OidIsValid(parent))
	{
		make_chain(chain);
		parent = find_partition(name, root);
	}
	name = psprintf("audit_log_c%d_%04d_%02d", chain, parts.tm_year, parts.tm_mon);
	partition = find_partition(name, parent);
	if (!OidIsValid(partition))
	{
		make_month(chain, name, parts.tm_year, parts.tm_mon);
		partition = find_partition(name, parent);
	}
	return partition;
}

void
audit_partition_drop(const char *name)
{
	run(psprintf("DROP TABLE tenancy.%s", name));
}
