/*
 * audit_ranges.c
 *	  Ranges of ids that were dropped by age, as rows of the trail tell of them.
 *
 * Anybody who can write tenancy.audit_anchors could say there that rows were dropped.  So the
 * row that tells of a dropped partition names the range, under the hash of the chain.  It
 * names those that went before as well: the row that told of them goes with age itself.
 */
#include "postgres.h"

#include "audit_ranges.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "privileged.h"

/* Orders ranges by where they begin. */
static int
compare_ranges(const void *one, const void *other)
{
	int64 first = ((const AuditRange *) one)->first_id;
	int64 second = ((const AuditRange *) other)->first_id;

	return first < second ? -1 : first > second;
}

/* Makes one of ranges that touch. */
static void
merge(AuditRanges *ranges)
{
	int kept = 0;

	if (ranges->count == 0)
		return;
	qsort(ranges->list, ranges->count, sizeof(AuditRange), compare_ranges);
	for (int i = 1; i < ranges->count; i++)
	{
		AuditRange *before = &ranges->list[kept];
		const AuditRange *range = &ranges->list[i];

		if (range->first_id > before->last_id + 1)
			ranges->list[++kept] = *range;
		else if (range->last_id > before->last_id)
		{
			before->last_id = range->last_id;
			memcpy(before->last_hash, range->last_hash, AUDIT_HASH_SIZE);
		}
	}
	ranges->count = kept + 1;
}

bool
audit_read_hash(uint64 row, int column, uint8 hash[AUDIT_HASH_SIZE])
{
	bool isnull;
	Datum value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

	memset(hash, 0, AUDIT_HASH_SIZE);
	if (isnull || VARSIZE_ANY_EXHDR(DatumGetByteaPP(value)) != AUDIT_HASH_SIZE)
		return false;
	memcpy(hash, VARDATA_ANY(DatumGetByteaPP(value)), AUDIT_HASH_SIZE);
	return true;
}

void
audit_ranges_read(AuditRanges *ranges, int32 chain, bool ours, int64 from_id, bool latest)
{
	uint64 count = (latest ? privileged_execute : privileged_execute_read_only)(
		"SELECT range[1], range[2], decode(range[3], 'hex') FROM tenancy.audit_log l, unnest(l.objects) object, "
		"regexp_match(object, '^%d:([0-9]{1,18})-([0-9]{1,18}):([0-9a-f]{64})$') range "
		"WHERE l.class = 'audit' AND l.action = '" AUDIT_PARTITION_DROPPED "' AND range[1] IS NOT NULL "
		"AND (l.chain = %d AND l.id >= " INT64_FORMAT " AND l.id > range[2]::bigint%s)",
		chain,
		chain,
		from_id,
		ours ? "" : psprintf(" OR l.chain <> %d", chain));

	ranges->list = palloc(Max(count, 1) * sizeof(AuditRange));
	ranges->count = (int) count;
	for (uint64 i = 0; i < count; i++)
	{
		ranges->list[i].first_id = privileged_number(i, 1);
		ranges->list[i].last_id = privileged_number(i, 2);
		(void) audit_read_hash(i, 3, ranges->list[i].last_hash);
	}
	merge(ranges);
}

void
audit_ranges_add(AuditRanges *ranges, const AuditRange *range)
{
	ranges->list = repalloc(ranges->list, (ranges->count + 1) * sizeof(AuditRange));
	ranges->list[ranges->count++] = *range;
	merge(ranges);
}

const AuditRange *
audit_ranges_find(const AuditRanges *ranges, const AuditRange *range)
{
	for (int i = 0; i < ranges->count; i++)
	{
		if (ranges->list[i].first_id <= range->first_id && range->last_id <= ranges->list[i].last_id)
			return &ranges->list[i];
	}
	return NULL;
}

char *
audit_ranges_lines(const AuditRanges *ranges, int32 chain)
{
	StringInfoData lines;

	initStringInfo(&lines);
	for (int i = 0; i < ranges->count; i++)
		appendStringInfo(&lines,
						 "%s%d:" INT64_FORMAT "-" INT64_FORMAT ":%s",
						 i > 0 ? "\n" : "",
						 chain,
						 ranges->list[i].first_id,
						 ranges->list[i].last_id,
						 audit_hash_text(ranges->list[i].last_hash));
	return lines.data;
}
