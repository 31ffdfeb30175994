/*
 * audit_retention.c
 *	  Turn of the database's worker that drops old partitions of tenancy.audit_log.
 *
 * Whole months go.  For each range of ids that goes, its last hash stays as an anchor, so
 * that the rows after it can be verified, and a row of the trail says what went and names
 * the ranges.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "audit_chain.h"
#include "audit_ranges.h"
#include "audit_table.h"
#include "audit_writer.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "own_table.h"
#include "privileged.h"
#include "settings.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

const int audit_retention_interval = 3600;

/* The next month's partition is made so long before it begins, in days. */
#define AHEAD 7

/* A partition that is old enough. */
typedef struct OldPartition
{
	char *name;
	int32 chain;
} OldPartition;

/* Finds the partitions whose months have ended before the retention began; by their names, which the writer gives. */
static int
find_old(OldPartition **partitions)
{
	uint64 count = privileged_execute(
		"SELECT month.relname, substring(month.relname FROM '^audit_log_c([0-9]+)_')::int "
		"FROM pg_inherits of_root JOIN pg_inherits of_chain ON of_chain.inhparent = of_root.inhrelid "
		"JOIN pg_class month ON month.oid = of_chain.inhrelid "
		"WHERE of_root.inhparent = 'tenancy.audit_log'::regclass "
		"AND month.relnamespace = 'tenancy'::regnamespace "
		"AND month.relname ~ '^audit_log_c[0-9]{1,10}_2[01][0-9]{2}_(0[1-9]|1[0-2])$' "
		"AND (replace(right(month.relname, 7), '_', '-') || '-01 00:00:00+00')::timestamptz + interval '1 month' "
		"<= now() - interval '%d minutes' ORDER BY 1",
		tenancy_audit_retention);

	*partitions = palloc(Max(count, 1) * sizeof(OldPartition));
	for (uint64 i = 0; i < count; i++)
	{
		(*partitions)[i].name = privileged_value(i, 1);
		(*partitions)[i].chain = (int32) privileged_number(i, 2);
	}
	return (int) count;
}

/* Keeps the last hash of each range of ids in a partition, and adds it to the ranges; returns how many rows there are. */
static int64
anchor(const OldPartition *partition, AuditRanges *ranges)
{
	uint64 count = privileged_execute("SELECT min(id), max(id), (array_agg(hash ORDER BY id DESC))[1] "
									  "FROM (SELECT id, hash, id - row_number() OVER (ORDER BY id) AS range "
									  "FROM ONLY tenancy.%s) rows GROUP BY range ORDER BY 1",
									  quote_identifier(partition->name));
	int64 rows = 0;

	for (uint64 i = 0; i < count; i++)
	{
		AuditRange range = {.first_id = privileged_number(i, 1), .last_id = privileged_number(i, 2)};

		if (!audit_read_hash(i, 3, range.last_hash))
			continue;
		audit_chain_add_anchor(partition->chain, range.first_id, range.last_id, range.last_hash);
		audit_ranges_add(ranges, &range);
		rows += range.last_id - range.first_id + 1;
	}
	return rows;
}

/* Drops what is old; a body of privileged_run(). */
static void
drop_old(void *argument)
{
	OldPartition *partitions;
	AuditChain chain;
	AuditRow note;
	int count;

	(void) argument;
	/* Who reads the trail for long must not be made to wait with all others behind. */
	settings_set_for_now("lock_timeout", "2s");
	settings_set_for_now("TimeZone", "UTC");
	SPI_connect();
	count = find_old(&partitions);
	if (count > 0)
		audit_chain_open(&chain);
	for (int i = 0; i < count; i++)
	{
		AuditRanges ranges;
		int64 rows;

		audit_ranges_read(&ranges, partitions[i].chain, partitions[i].chain == chain.chain, 1, true);
		rows = anchor(&partitions[i], &ranges);
		audit_partition_drop(partitions[i].name);
		audit_row_of_note(&note,
						  AUDIT_PARTITION_DROPPED,
						  rows,
						  psprintf("%s, older than tenancy.audit_retention", partitions[i].name));
		audit_row_set_objects(&note, audit_ranges_lines(&ranges, partitions[i].chain));
		audit_chain_append(&chain, &note, 1);
	}
	if (count > 0)
		audit_chain_save(&chain);
	SPI_finish();
}

/* Makes the partition of the next month, if that is near and the trail has begun; a body of privileged_run(). */
static void
make_next(void *argument)
{
	int64 in_days = GetCurrentTimestamp() + AHEAD * USECS_PER_DAY;
	AuditChain chain;

	(void) argument;
	settings_set_for_now("lock_timeout", "2s");
	audit_chain_open(&chain);
	(void) audit_partition_of(chain.chain, in_days);
	if (chain.is_new)
		audit_chain_save(&chain);
}

bool
audit_retention_turn(void)
{
	if (RecoveryInProgress() || !OidIsValid(own_table_find("audit_log")))
		return false;
	if (audit_chain_exists())
		privileged_run(make_next, NULL);
	if (tenancy_audit_retention > 0)
		privileged_run(drop_old, NULL);
	return false;
}
