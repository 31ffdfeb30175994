/*
 * audit_trail.c
 *	  What is known of the audit trail as a whole, when it is verified.
 *
 * Which chain this database writes, which chains there are, and the rows whose hashes are
 * known: from outside, and from the first rows of chains that began later.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "audit_chain.h"
#include "audit_ranges.h"
#include "audit_trail.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "privileged.h"

void
audit_trail_read(AuditTrail *trail)
{
	AuditCheck *check = trail->check;
	uint64 count;

	if (privileged_execute_read_only("SELECT chain, head_id FROM tenancy.audit_chains WHERE database = %u "
									 "AND system = " INT64_FORMAT " ORDER BY head_id DESC LIMIT 1",
									 MyDatabaseId,
									 (int64) GetSystemIdentifier()) > 0)
	{
		trail->chain = (int32) privileged_number(0, 1);
		trail->head_id = privileged_number(0, 2);
	}
	count =
		privileged_execute_read_only("SELECT DISTINCT named[1]::bigint, named[2]::bigint, decode(named[3], 'hex') "
									 "FROM tenancy.audit_log l, unnest(l.objects) object, "
									 "regexp_match(object, '^([0-9]{1,10}):([0-9]{1,18}):([0-9a-f]{64})$') named "
									 "WHERE l.id = 1 AND l.class = 'audit' AND l.action = '" AUDIT_CHAIN_BEGUN "' "
									 "AND named[1]::bigint BETWEEN 1 AND %d",
									 PG_INT32_MAX);
	trail->known = palloc0((count + 1) * sizeof(AuditKnownRow));
	for (uint64 i = 0; i < count; i++)
	{
		trail->known[i].chain = (int32) privileged_number(i, 1);
		trail->known[i].id = privileged_number(i, 2);
		(void) audit_read_hash(i, 3, trail->known[i].hash);
	}
	trail->known_count = count;
	if (check->has_known)
	{
		AuditKnownRow *known = &trail->known[trail->known_count++];

		known->chain = check->chain;
		known->id = check->known_id;
		known->outside = true;
		memcpy(known->hash, check->known_hash, AUDIT_HASH_SIZE);
	}
}

int32 *
audit_trail_chains(const AuditTrail *trail, uint64 *count)
{
	StringInfoData named;
	int32 *chains;

	initStringInfo(&named);
	for (uint64 i = 0; i < trail->known_count; i++)
		appendStringInfo(&named, " UNION SELECT %d", trail->known[i].chain);
	*count = privileged_execute_read_only(
		"SELECT chain FROM (SELECT coalesce(chain, 0)::bigint AS chain FROM tenancy.audit_log UNION "
		"SELECT chain FROM tenancy.audit_chains UNION SELECT chain FROM tenancy.audit_anchors UNION "
		"SELECT substring(relname FROM '^audit_log_c([0-9]{1,10})$')::bigint FROM pg_class "
		"WHERE relnamespace = 'tenancy'::regnamespace%s) AS chains WHERE chain BETWEEN %d AND %d ORDER BY chain",
		named.data,
		PG_INT32_MIN,
		PG_INT32_MAX);
	chains = palloc(Max(*count, 1) * sizeof(int32));
	for (uint64 i = 0; i < *count; i++)
		chains[i] = (int32) privileged_number(i, 1);
	return chains;
}
