/*
 * bridge.cpp
 *	  The only C++ that sees postgres.h: core's functions for the C shell, and
 *	  PostgreSQL's memory for core.
 *
 * Nothing of PostgreSQL that is called here can longjmp: allocation asks for
 * NULL on failure after a size check, and turns that into std::bad_alloc, which
 * guarded() catches again.
 */
#include <algorithm>
#include <new>
#include <type_traits>
#include <vector>

#include "core/json_text.hpp"
#include "core/jwt.hpp"
#include "core/memory.hpp"
#include "core/metrics.hpp"
#include "core/names.hpp"
#include "core/object_cache.hpp"
#include "core/ordering.hpp"
#include "core/policy.hpp"
#include "core/qualifier.hpp"
#include "core/quota.hpp"
#include "core/registry.hpp"
#include "core/rename.hpp"
#include "core/ring.hpp"
#include "core/run_queue.hpp"
#include "core/sql_mask.hpp"
#include "core/ticket.hpp"

extern "C"
{
#include "postgres.h"

#include "utils/memutils.h"
}

#include "bridge.h"

namespace
{

/* Memory of one PostgreSQL memory context. */
class ContextMemory final : public tenancy::Memory
{
public:
	explicit ContextMemory(MemoryContext context) noexcept : context_(context)
	{
	}

	/* Allocates without raising; PostgreSQL's own limit on a chunk is checked first. */
	void *allocate(std::size_t size) override
	{
		if (!AllocSizeIsValid(size))
			throw std::bad_alloc();
		void *block = MemoryContextAllocExtended(context_, size, MCXT_ALLOC_NO_OOM);
		if (block == nullptr)
			throw std::bad_alloc();
		return block;
	}

	/* Frees a block of this context. */
	void release(void *block) noexcept override
	{
		pfree(block);
	}

private:
	MemoryContext context_;
};

/* All that core keeps in a backend, in one place and one memory context. */
struct BackendState
{
	explicit BackendState(MemoryContext context) : memory(context), registry(memory)
	{
	}

	ContextMemory memory;
	tenancy::Registry registry;
	tenancy::ObjectCache objects[BRIDGE_OBJECT_KINDS];
};

BackendState *state = nullptr;

/* Runs body; an exception, which can only mean out of memory, leaves the cache as it was: slower, not wrong. */
template <typename Body>
void
guarded(Body body) noexcept
{
	try
	{
		body();
	}
	catch (...)
	{
	}
}

/* Collects references in PostgreSQL's memory. */
class ReferenceList final : public tenancy::ReferenceSink
{
public:
	explicit ReferenceList(tenancy::Memory &memory) : references(tenancy::Allocator<TenancyReference>(memory))
	{
	}

	void take(const TenancyReference &reference) override
	{
		references.push_back(reference);
	}

	std::vector<TenancyReference, tenancy::Allocator<TenancyReference>> references;
};

} // namespace

extern "C" bool
bridge_begin(MemoryContextData *context) noexcept
{
	void *block = MemoryContextAllocExtended(context, sizeof(BackendState), MCXT_ALLOC_NO_OOM);
	if (block == nullptr)
		return false;
	state = new (block) BackendState(context);
	return true;
}

extern "C" bool
bridge_begun(void) noexcept
{
	return state != nullptr;
}

extern "C" bool
bridge_is_slug(const char *text) noexcept
{
	return tenancy::is_slug(text);
}

extern "C" bool
bridge_is_tenant_schema(const char *name) noexcept
{
	return tenancy::is_tenant_schema(name);
}

extern "C" void
bridge_schema_of_slug(const char *slug, char *schema) noexcept
{
	tenancy::schema_of_slug(slug, *reinterpret_cast<char(*)[TENANCY_SCHEMA_SIZE]>(schema));
}

extern "C" bool
bridge_slug_of_schema(const char *schema, char *slug) noexcept
{
	return tenancy::slug_of_schema(schema, *reinterpret_cast<char(*)[TENANCY_SLUG_SIZE]>(slug));
}

extern "C" TenancyVerdict
bridge_decide_bind(const TenancyBindFacts *facts) noexcept
{
	return tenancy::decide_bind(*facts);
}

extern "C" TenancyVerdict
bridge_decide_access(const TenancyAccessFacts *facts) noexcept
{
	return tenancy::decide_access(*facts);
}

extern "C" bool
bridge_parse_ticket(const char *text, TenancyTicket *ticket) noexcept
{
	return tenancy::parse_ticket(text, *ticket);
}

extern "C" void
bridge_write_ticket(const TenancyTicket *ticket, char *text) noexcept
{
	tenancy::write_ticket(*ticket, *reinterpret_cast<char(*)[TENANCY_TICKET_SIZE]>(text));
}

extern "C" size_t
bridge_ticket_message(const TenancyTicket *ticket, const uint8_t *tenant_id, const char *database,
					  char *message) noexcept
{
	return tenancy::ticket_message(*ticket,
								   *reinterpret_cast<const uint8_t(*)[TENANCY_ID_SIZE]>(tenant_id),
								   database,
								   *reinterpret_cast<char(*)[TENANCY_TICKET_MESSAGE_SIZE]>(message));
}

extern "C" TenancyTicketProblem
bridge_judge_ticket(const TenancyTicket *ticket, const TenancyTicketFacts *facts) noexcept
{
	return tenancy::judge_ticket(*ticket, *facts);
}

extern "C" bool
bridge_registry_find(const char *slug, TenancyTenant *tenant) noexcept
{
	if (state == nullptr)
		return false;
	const TenancyTenant *found = state->registry.find(slug);
	if (found == nullptr)
		return false;
	*tenant = *found;
	return true;
}

extern "C" void
bridge_registry_remember(const TenancyTenant *tenant) noexcept
{
	if (state == nullptr)
		return;
	guarded([&] { state->registry.remember(*tenant); });
}

extern "C" void
bridge_registry_forget(void) noexcept
{
	if (state != nullptr)
		state->registry.forget();
}

extern "C" bool
bridge_object_find(BridgeObjectKind kind, uint32_t object, uint32_t *schema) noexcept
{
	return state != nullptr && state->objects[kind].find(object, *schema);
}

extern "C" void
bridge_object_remember(BridgeObjectKind kind, uint32_t object, uint32_t schema) noexcept
{
	if (state != nullptr)
		state->objects[kind].remember(object, schema);
}

extern "C" void
bridge_object_forget(BridgeObjectKind kind, uint32_t object) noexcept
{
	if (state == nullptr)
		return;
	if (object == 0)
		state->objects[kind].forget_all();
	else
		state->objects[kind].forget(object);
}

extern "C" bool
bridge_order_parts(const uint32_t *hosts, size_t count, const TenancyNeed *needs, size_t need_count,
				   TenancyOrderedPart *ordered, size_t *ordered_count, MemoryContextData *context) noexcept
{
	bool done = false;
	guarded([&] {
		ContextMemory memory(context);
		*ordered_count = tenancy::order_parts(hosts, count, needs, need_count, ordered, memory);
		done = true;
	});
	return done;
}

extern "C" long
bridge_find_qualifier(const char *sql, const char *qualifier) noexcept
{
	std::size_t at = tenancy::find_qualifier(sql, qualifier);

	return at == std::string_view::npos ? -1 : static_cast<long>(at);
}

extern "C" long
bridge_find_word(const char *text, const char *word, size_t from) noexcept
{
	std::size_t at = tenancy::find_word(text, word, from);

	return at == std::string_view::npos ? -1 : static_cast<long>(at);
}

extern "C" int32_t
bridge_claim_turn(TenancyQueue *queue, int32_t worker, int64_t now, int64_t *ask_again) noexcept
{
	return tenancy::claim_turn(*queue, worker, now, *ask_again);
}

extern "C" TenancyTurn
bridge_end_turn(TenancyQueue *queue, int32_t position, TenancyAttempt attempt, int64_t now) noexcept
{
	return tenancy::end_turn(*queue, position, attempt, now);
}

extern "C" bool
bridge_release_turns(TenancyQueue *queue, int32_t worker, int64_t now) noexcept
{
	return tenancy::release_turns(*queue, worker, now);
}

extern "C" bool
bridge_run_is_over(const TenancyQueue *queue) noexcept
{
	return tenancy::run_is_over(*queue);
}

extern "C" void
bridge_begin_ring(TenancyRing *ring, uint64_t memory, uint32_t database, int64_t life) noexcept
{
	tenancy::begin_ring(*ring, memory, database, life);
}

extern "C" bool
bridge_is_ring(const TenancyRing *ring, uint64_t memory, uint32_t database, int64_t life) noexcept
{
	return tenancy::is_ring(*ring, memory, database, life);
}

extern "C" uint64_t
bridge_check_record(const TenancyRingPiece *pieces, uint32_t count) noexcept
{
	return tenancy::check_record(pieces, count);
}

extern "C" TenancyRingPut
bridge_put_record(TenancyRing *ring, const TenancyRingPiece *pieces, uint32_t count, uint64_t check, uint64_t reserve,
				  bool count_dropped) noexcept
{
	return tenancy::put_record(*ring, pieces, count, check, reserve, count_dropped);
}

extern "C" TenancyRingState
bridge_look_at_ring(const TenancyRing *ring) noexcept
{
	return tenancy::look_at_ring(*ring);
}

extern "C" bool
bridge_read_record(const TenancyRing *ring, uint64_t position, void *buffer, uint32_t capacity,
				   TenancyRingRecord *record) noexcept
{
	return tenancy::read_record(*ring, position, buffer, capacity, *record);
}

extern "C" void
bridge_release_records(TenancyRing *ring, uint64_t position, uint64_t records) noexcept
{
	tenancy::release_records(*ring, position, records);
}

extern "C" void
bridge_recover_ring(TenancyRing *ring, uint64_t memory) noexcept
{
	tenancy::recover_ring(*ring, memory);
}

extern "C" TenancyTrouble
bridge_find_references(const char *text, const char *schema, TenancyReference **references, size_t *count,
					   size_t *position) noexcept
{
	TenancyTrouble trouble = TENANCY_TROUBLE_MEMORY;

	*references = nullptr;
	*count = 0;
	*position = 0;
	guarded([&] {
		ContextMemory memory(CurrentMemoryContext);
		ReferenceList found(memory);
		TenancyTrouble outcome = tenancy::find_references(text, schema, found, *position);
		if (!found.references.empty())
		{
			tenancy::Allocator<TenancyReference> allocator(memory);
			*references = allocator.allocate(found.references.size());
			std::copy(found.references.begin(), found.references.end(), *references);
			*count = found.references.size();
		}
		trouble = outcome;
	});
	return trouble;
}

extern "C" bool
bridge_builds_schema_names(const char *text, const char *schema) noexcept
{
	return tenancy::builds_schema_names(text, schema);
}

extern "C" size_t
bridge_escape_json(const char *text, size_t length, bool is_utf8, char *out) noexcept
{
	static_assert(BRIDGE_JSON_EXPANSION == tenancy::json_bytes_per_byte, "the caller's buffer is long enough");
	return tenancy::escape_json({text, length}, is_utf8, out);
}

extern "C" size_t
bridge_mask_sql(const char *sql, size_t length, char *out, size_t room, bool *cut) noexcept
{
	return tenancy::mask_sql({sql, length}, out, room, *cut);
}

extern "C" bool
bridge_speaks_of_secrets(const char *sql, size_t length) noexcept
{
	return tenancy::speaks_of_secrets({sql, length});
}

extern "C" TenancyJwtAlgorithm
bridge_jwt_algorithm(const char *name) noexcept
{
	return tenancy::jwt_algorithm(name);
}

extern "C" bool
bridge_is_jwt_claim(const char *claim) noexcept
{
	return tenancy::is_jwt_claim(claim);
}

extern "C" TenancyJwtProblem
bridge_read_jwt_header(const char *token, size_t length, TenancyJwtHeader *header) noexcept
{
	TenancyJwtProblem problem = TENANCY_JWT_OUT_OF_MEMORY;

	guarded([&] { problem = tenancy::read_jwt_header({token, length}, *header); });
	return problem;
}

extern "C" TenancyJwtProblem
bridge_read_jwt_claims(const char *token, size_t length, const TenancyJwtHeader *header, const TenancyJwtRules *rules,
					   TenancyJwtClaims *claims) noexcept
{
	TenancyJwtProblem problem = TENANCY_JWT_OUT_OF_MEMORY;

	guarded([&] { problem = tenancy::read_jwt_claims({token, length}, *header, *rules, *claims); });
	return problem;
}

extern "C" int
bridge_duration_step(uint64_t microseconds) noexcept
{
	return tenancy::duration_step(microseconds);
}

extern "C" int
bridge_binding_step(uint64_t nanoseconds) noexcept
{
	return tenancy::binding_step(nanoseconds);
}

extern "C" const char *
bridge_duration_bound(int step) noexcept
{
	return tenancy::duration_bound(step);
}

extern "C" const char *
bridge_binding_bound(int step) noexcept
{
	return tenancy::binding_bound(step);
}

extern "C" double
bridge_duration_quantile(const uint64_t *counts, double quantile) noexcept
{
	return tenancy::duration_quantile(*reinterpret_cast<const uint64_t(*)[TENANCY_DURATION_STEPS]>(counts), quantile);
}

extern "C" const char *
bridge_query_type_name(int type) noexcept
{
	return tenancy::query_type_name(type);
}

extern "C" int
bridge_error_class(const char *sqlstate) noexcept
{
	return tenancy::error_class(sqlstate);
}

extern "C" const char *
bridge_error_class_name(int number) noexcept
{
	return tenancy::error_class_name(number);
}

extern "C" size_t
bridge_escape_label(const char *value, char *room) noexcept
{
	return tenancy::escape_label(value, room);
}

extern "C" size_t
bridge_escape_help(const char *text, char *room) noexcept
{
	return tenancy::escape_help(text, room);
}

extern "C" TenancyQuota
bridge_quota_of_name(const char *name) noexcept
{
	return tenancy::quota_of_name(name);
}

extern "C" const char *
bridge_name_of_quota(TenancyQuota quota) noexcept
{
	return tenancy::name_of_quota(quota);
}

extern "C" bool
bridge_is_quota_name(const char *name) noexcept
{
	return tenancy::is_quota_name(name);
}

extern "C" void
bridge_add_limit(TenancyLimits *limits, TenancyQuota quota, TenancyQuotaSource source,
				 const TenancyLimit *limit) noexcept
{
	tenancy::add_limit(*limits, quota, source, *limit);
}

extern "C" int64_t
bridge_bytes_of_gigabytes(int64_t gigabytes) noexcept
{
	return tenancy::bytes_of_gigabytes(gigabytes);
}

extern "C" TenancyUse
bridge_judge_use(int64_t used, const TenancyLimit *limit) noexcept
{
	return tenancy::judge_use(used, *limit);
}

extern "C" bool
bridge_enter_window(uint64_t *word, uint32_t minute, int64_t limit) noexcept
{
	return tenancy::enter_window(*word, minute, limit);
}

extern "C" int64_t
bridge_window_count(uint64_t word, uint32_t minute) noexcept
{
	return tenancy::window_count(word, minute);
}

extern "C" double
bridge_percent_used(int64_t used, int64_t limit) noexcept
{
	return tenancy::percent_used(used, limit);
}

extern "C" bool
bridge_period_of_name(const char *name, TenancyPeriod *period) noexcept
{
	return tenancy::period_of_name(name, *period);
}

extern "C" const char *
bridge_name_of_period(TenancyPeriod period) noexcept
{
	return tenancy::name_of_period(period);
}

extern "C" TenancyPeriod
bridge_period_of_quota(const char *name) noexcept
{
	return tenancy::period_of_quota(name);
}

extern "C" int64_t
bridge_period_begin(TenancyPeriod period, int64_t now) noexcept
{
	return tenancy::period_begin(period, now);
}
