/*
 * audit_functions.c
 *	  Functions for those who read the audit trail.
 */
#include "postgres.h"

#include "audit_ring.h"
#include "audit_verify.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "privileged.h"
#include "settings.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(tenancy_audit_verify);
PG_FUNCTION_INFO_V1(tenancy_audit_statistics);

/* tenancy.audit_verify(only_chain, from_id, known_id, known_hash): what is in order, and what is not. */
Datum
tenancy_audit_verify(PG_FUNCTION_ARGS)
{
	AuditCheck check = {.from_id = 1};

	require_preloaded();
	if (PG_ARGISNULL(2) != PG_ARGISNULL(3) || (!PG_ARGISNULL(2) && PG_ARGISNULL(0)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("only_chain, known_id and known_hash go together"),
				 errhint("tenancy.audit_head() returns all three.")));
	check.all = PG_ARGISNULL(0);
	if (!check.all)
		check.chain = PG_GETARG_INT32(0);
	if (!PG_ARGISNULL(1))
		check.from_id = Max(PG_GETARG_INT64(1), 1);
	if (!PG_ARGISNULL(2))
	{
		bytea *hash = PG_GETARG_BYTEA_PP(3);

		if (VARSIZE_ANY_EXHDR(hash) != AUDIT_HASH_SIZE)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a hash of the audit trail has %d bytes", AUDIT_HASH_SIZE)));
		check.has_known = true;
		check.known_id = PG_GETARG_INT64(2);
		if (check.known_id < check.from_id)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("known_id is before from_id"),
					 errdetail("What comes before from_id is not looked at.")));
		memcpy(check.known_hash, VARDATA_ANY(hash), AUDIT_HASH_SIZE);
	}
	InitMaterializedSRF(fcinfo, 0);
	check.result = (ReturnSetInfo *) fcinfo->resultinfo;
	privileged_run(audit_verify, &check);
	return (Datum) 0;
}

/* tenancy.audit_statistics(): how the trail of this database fares. */
Datum
tenancy_audit_statistics(PG_FUNCTION_ARGS)
{
	AuditStatistics statistics;
	TupleDesc descriptor;
	Datum values[7];
	bool nulls[7] = {false};

	require_preloaded();
	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	audit_ring_statistics(&statistics);
	values[0] = Int64GetDatum((int64) statistics.pending);
	values[1] = Int64GetDatum((int64) statistics.pending_bytes);
	values[2] = Int64GetDatum((int64) statistics.ring_bytes);
	values[3] = Int64GetDatum((int64) statistics.dropped);
	values[4] = Int64GetDatum((int64) statistics.refused);
	values[5] = Int64GetDatum((int64) statistics.written);
	values[6] = TimestampTzGetDatum(statistics.written_at);
	nulls[6] = statistics.written_at == 0;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls)));
}
