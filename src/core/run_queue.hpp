/*
 * run_queue.hpp
 *	  Who is next in a run, and when it ends.
 */
#ifndef TENANCY_CORE_RUN_QUEUE_HPP
#define TENANCY_CORE_RUN_QUEUE_HPP

#include "run_queue.h"

namespace tenancy
{

/*
 * Gives a worker its next tenant and returns the tenant's position, or
 * TENANCY_CLAIM_NOTHING_NOW with the time at which to ask again (INT64_MAX: when
 * something has changed), or TENANCY_CLAIM_OVER: the worker may go.
 */
int32_t claim_turn(TenancyQueue &queue, int32_t worker, int64_t now, int64_t &ask_again) noexcept;

/* Takes note of how an attempt ended; returns where the tenant is now. */
TenancyTurn end_turn(TenancyQueue &queue, int32_t position, TenancyAttempt attempt, int64_t now) noexcept;

/* Gives back what a worker had that has ended; what ends workers again and again has failed.  False: it had nothing. */
bool release_turns(TenancyQueue &queue, int32_t worker, int64_t now) noexcept;

/* Tells whether nothing is left to do, and nobody at work. */
bool run_is_over(const TenancyQueue &queue) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_RUN_QUEUE_HPP */
