/*
 * bridge.h
 *	  What the C shell may ask of the C++ core.
 *
 * Every function is noexcept and takes and returns plain data; none calls
 * anything of PostgreSQL but memory allocation, and none raises an error.  The
 * caches live in the one memory context that bridge_begin() is given; before that
 * call they are empty and remember nothing.
 */
#ifndef TENANCY_BRIDGE_H
#define TENANCY_BRIDGE_H

#include <stddef.h>

#include "core/jwt.h"
#include "core/metrics.h"
#include "core/ring.h"
#include "core/run_queue.h"
#include "core/verdict.h"

/* The core decides by return value; no exception leaves it. */
#ifdef __cplusplus
#define BRIDGE_NOEXCEPT noexcept
extern "C"
{
#else
#define BRIDGE_NOEXCEPT
#endif

/* From core's side a PostgreSQL memory context is opaque. */
struct MemoryContextData;

/*
 * Caches by OID.  The first four say which tenant schema an object lies in; the
 * others keep a yes (1) or no (0).
 */
typedef enum BridgeObjectKind
{
	BRIDGE_SCHEMA = 0,
	BRIDGE_RELATION,
	BRIDGE_FUNCTION,
	BRIDGE_TYPE,
	BRIDGE_INLINABLE, /* a function in SQL that the planner may put into a query */
	BRIDGE_HOLDS_NAME /* a type whose output names objects: regclass and its like, and what holds them */
} BridgeObjectKind;

#define BRIDGE_OBJECT_KINDS 6

/* Gives core the memory context that its caches live in from now on; false if it is out of memory. */
extern bool bridge_begin(struct MemoryContextData *context) BRIDGE_NOEXCEPT;

/* Tells whether bridge_begin() has run in this backend. */
extern bool bridge_begun(void) BRIDGE_NOEXCEPT;

/* Tells whether text is a legal slug. */
extern bool bridge_is_slug(const char *text) BRIDGE_NOEXCEPT;

/* Tells whether a schema of this name is a tenant schema. */
extern bool bridge_is_tenant_schema(const char *name) BRIDGE_NOEXCEPT;

/* Writes the schema name of a legal slug. */
extern void bridge_schema_of_slug(const char *slug, char *schema) BRIDGE_NOEXCEPT;

/* Writes the slug that a schema name stands for; false if it stands for none. */
extern bool bridge_slug_of_schema(const char *schema, char *slug) BRIDGE_NOEXCEPT;

/* Decides about a binding. */
extern TenancyVerdict bridge_decide_bind(const TenancyBindFacts *facts) BRIDGE_NOEXCEPT;

/* Decides about the access to a schema. */
extern TenancyVerdict bridge_decide_access(const TenancyAccessFacts *facts) BRIDGE_NOEXCEPT;

/* Tickets; see core/ticket.hpp.  Buffers have the sizes of verdict.h; the id is that of a tenant. */
extern bool bridge_parse_ticket(const char *text, TenancyTicket *ticket) BRIDGE_NOEXCEPT;
extern void bridge_write_ticket(const TenancyTicket *ticket, char *text) BRIDGE_NOEXCEPT;
extern size_t bridge_ticket_message(const TenancyTicket *ticket, const uint8_t *tenant_id, const char *database,
									char *message) BRIDGE_NOEXCEPT;
extern TenancyTicketProblem bridge_judge_ticket(const TenancyTicket *ticket,
												const TenancyTicketFacts *facts) BRIDGE_NOEXCEPT;

/* Looks a tenant up in the backend's cache; copies it out. */
extern bool bridge_registry_find(const char *slug, TenancyTenant *tenant) BRIDGE_NOEXCEPT;

/* Puts a tenant into the backend's cache; out of memory leaves it uncached, which is only slower. */
extern void bridge_registry_remember(const TenancyTenant *tenant) BRIDGE_NOEXCEPT;

/* Empties the tenant cache; callable from an invalidation callback. */
extern void bridge_registry_forget(void) BRIDGE_NOEXCEPT;

/* Looks up what is remembered of an object; false if nothing is. */
extern bool bridge_object_find(BridgeObjectKind kind, uint32_t object, uint32_t *value) BRIDGE_NOEXCEPT;

/* Remembers a value of an object. */
extern void bridge_object_remember(BridgeObjectKind kind, uint32_t object, uint32_t value) BRIDGE_NOEXCEPT;

/* Forgets one object, or all of a kind when object is 0; callable from an invalidation callback. */
extern void bridge_object_forget(BridgeObjectKind kind, uint32_t object) BRIDGE_NOEXCEPT;

/*
 * Orders the parts of a schema (see core/ordering.hpp), with memory of a context that
 * the caller drops.  Writes how many were ordered; false if it is out of memory.
 */
extern bool bridge_order_parts(const uint32_t *hosts, size_t count, const TenancyNeed *needs, size_t need_count,
							   TenancyOrderedPart *ordered, size_t *ordered_count,
							   struct MemoryContextData *context) BRIDGE_NOEXCEPT;

/* Returns where a qualifier stands in SQL outside of quotes for the first time, or -1 (see core/qualifier.hpp). */
extern long bridge_find_qualifier(const char *sql, const char *qualifier) BRIDGE_NOEXCEPT;

/* Returns where a text has a word at or after a position, not as a part of a longer name, or -1. */
extern long bridge_find_word(const char *text, const char *word, size_t from) BRIDGE_NOEXCEPT;

/* The queue of a run; see core/run_queue.hpp.  The caller holds the run's lock. */
extern int32_t bridge_claim_turn(TenancyQueue *queue, int32_t worker, int64_t now,
								 int64_t *ask_again) BRIDGE_NOEXCEPT;
extern TenancyTurn bridge_end_turn(TenancyQueue *queue, int32_t position, TenancyAttempt attempt,
								   int64_t now) BRIDGE_NOEXCEPT;
extern bool bridge_release_turns(TenancyQueue *queue, int32_t worker, int64_t now) BRIDGE_NOEXCEPT;
extern bool bridge_run_is_over(const TenancyQueue *queue) BRIDGE_NOEXCEPT;

/* The ring of audit events; see core/ring.hpp. */
extern void bridge_begin_ring(TenancyRing *ring, uint64_t memory, uint32_t database, int64_t life) BRIDGE_NOEXCEPT;
extern bool bridge_is_ring(const TenancyRing *ring, uint64_t memory, uint32_t database, int64_t life) BRIDGE_NOEXCEPT;
extern uint64_t bridge_check_record(const TenancyRingPiece *pieces, uint32_t count) BRIDGE_NOEXCEPT;
extern TenancyRingPut bridge_put_record(TenancyRing *ring, const TenancyRingPiece *pieces, uint32_t count,
										uint64_t check, uint64_t reserve, bool count_dropped) BRIDGE_NOEXCEPT;
extern TenancyRingState bridge_look_at_ring(const TenancyRing *ring) BRIDGE_NOEXCEPT;
extern bool bridge_read_record(const TenancyRing *ring, uint64_t position, void *buffer, uint32_t capacity,
							   TenancyRingRecord *record) BRIDGE_NOEXCEPT;
extern void bridge_release_records(TenancyRing *ring, uint64_t position, uint64_t records) BRIDGE_NOEXCEPT;
extern void bridge_recover_ring(TenancyRing *ring, uint64_t memory) BRIDGE_NOEXCEPT;

/*
 * Finds where a text of SQL speaks of a schema: an array in the current memory context, in the order of the text.
 * Where there is trouble the array is not to be used, and position says where.
 */
extern TenancyTrouble bridge_find_references(const char *text, const char *schema, TenancyReference **references,
											 size_t *count, size_t *position) BRIDGE_NOEXCEPT;

/* Tells whether a text builds names of tenant schemas other than the one given. */
extern bool bridge_builds_schema_names(const char *text, const char *schema) BRIDGE_NOEXCEPT;

/*
 * Writes a text as the inside of a JSON string (see core/json_text.hpp), with room for that
 * many bytes for each of its own; returns how many it took.
 */
#define BRIDGE_JSON_EXPANSION 6
extern size_t bridge_escape_json(const char *text, size_t length, bool is_utf8, char *out) BRIDGE_NOEXCEPT;

/* The text of a statement without literals; see core/sql_mask.hpp. */
extern size_t bridge_mask_sql(const char *sql, size_t length, char *out, size_t room, bool *cut) BRIDGE_NOEXCEPT;
extern bool bridge_speaks_of_secrets(const char *sql, size_t length) BRIDGE_NOEXCEPT;

/* JSON web tokens; see core/jwt.hpp. */
extern TenancyJwtAlgorithm bridge_jwt_algorithm(const char *name) BRIDGE_NOEXCEPT;
extern bool bridge_is_jwt_claim(const char *claim) BRIDGE_NOEXCEPT;
extern TenancyJwtProblem bridge_read_jwt_header(const char *token, size_t length,
												TenancyJwtHeader *header) BRIDGE_NOEXCEPT;
extern TenancyJwtProblem bridge_read_jwt_claims(const char *token, size_t length, const TenancyJwtHeader *header,
												const TenancyJwtRules *rules,
												TenancyJwtClaims *claims) BRIDGE_NOEXCEPT;

/* Measurements; see core/metrics.hpp. */
extern int bridge_duration_step(uint64_t microseconds) BRIDGE_NOEXCEPT;
extern int bridge_binding_step(uint64_t nanoseconds) BRIDGE_NOEXCEPT;
extern const char *bridge_duration_bound(int step) BRIDGE_NOEXCEPT;
extern const char *bridge_binding_bound(int step) BRIDGE_NOEXCEPT;
extern double bridge_duration_quantile(const uint64_t *counts, double quantile) BRIDGE_NOEXCEPT;
extern const char *bridge_query_type_name(int type) BRIDGE_NOEXCEPT;
extern int bridge_error_class(const char *sqlstate) BRIDGE_NOEXCEPT;
extern const char *bridge_error_class_name(int number) BRIDGE_NOEXCEPT;
extern size_t bridge_escape_label(const char *value, char *room) BRIDGE_NOEXCEPT;
extern size_t bridge_escape_help(const char *text, char *room) BRIDGE_NOEXCEPT;

/* Quotas; see core/quota.hpp. */
extern TenancyQuota bridge_quota_of_name(const char *name) BRIDGE_NOEXCEPT;
extern const char *bridge_name_of_quota(TenancyQuota quota) BRIDGE_NOEXCEPT;
extern bool bridge_is_quota_name(const char *name) BRIDGE_NOEXCEPT;
extern void bridge_add_limit(TenancyLimits *limits, TenancyQuota quota, TenancyQuotaSource source,
							 const TenancyLimit *limit) BRIDGE_NOEXCEPT;
extern int64_t bridge_bytes_of_gigabytes(int64_t gigabytes) BRIDGE_NOEXCEPT;
extern TenancyUse bridge_judge_use(int64_t used, const TenancyLimit *limit) BRIDGE_NOEXCEPT;
extern bool bridge_enter_window(uint64_t *word, uint32_t minute, int64_t limit) BRIDGE_NOEXCEPT;
extern int64_t bridge_window_count(uint64_t word, uint32_t minute) BRIDGE_NOEXCEPT;
extern double bridge_percent_used(int64_t used, int64_t limit) BRIDGE_NOEXCEPT;
extern bool bridge_period_of_name(const char *name, TenancyPeriod *period) BRIDGE_NOEXCEPT;
extern const char *bridge_name_of_period(TenancyPeriod period) BRIDGE_NOEXCEPT;
extern TenancyPeriod bridge_period_of_quota(const char *name) BRIDGE_NOEXCEPT;
extern int64_t bridge_period_begin(TenancyPeriod period, int64_t now) BRIDGE_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif /* TENANCY_BRIDGE_H */
