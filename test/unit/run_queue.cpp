/*
 * run_queue.cpp
 *	  The order of a run: canaries, retries, workers that are lost, and reasons to stop.
 */
#include "core/run_queue.hpp"

#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <memory>

#include "harness.hpp"

using harness::check;

namespace
{

/* A queue of so many tenants, in memory that the sanitizers watch. */
class Run
{
public:
	explicit Run(int32_t count) : block_(std::malloc(sizeof(TenancyQueue) + count * sizeof(TenancyQueueEntry)))
	{
		std::memset(block_, 0, sizeof(TenancyQueue) + count * sizeof(TenancyQueueEntry));
		queue().count = count;
		queue().max_failures = -1;
	}

	Run(const Run &) = delete;
	Run &operator=(const Run &) = delete;

	~Run()
	{
		std::free(block_);
	}

	TenancyQueue &queue()
	{
		return *static_cast<TenancyQueue *>(block_);
	}

	/* Claims for a worker at a time. */
	int32_t claim(int32_t worker, int64_t now = 0)
	{
		return tenancy::claim_turn(queue(), worker, now, ask_again);
	}

	TenancyTurn end(int32_t position, TenancyAttempt attempt, int64_t now = 0)
	{
		return tenancy::end_turn(queue(), position, attempt, now);
	}

	bool over()
	{
		return tenancy::run_is_over(queue());
	}

	int64_t ask_again = 0;

private:
	void *block_;
};

/* Tells whether each tenant is given out once, in order, and the run ends with the last. */
bool
each_has_one_turn()
{
	Run run(3);

	if (run.claim(0) != 0 || run.claim(1) != 1 || run.claim(0) != 2 || run.claim(1) != TENANCY_CLAIM_NOTHING_NOW ||
		run.ask_again != std::numeric_limits<int64_t>::max())
		return false;
	run.end(1, TENANCY_ATTEMPT_DONE);
	run.end(0, TENANCY_ATTEMPT_FAILED);
	if (run.over())
		return false;
	run.end(2, TENANCY_ATTEMPT_SKIPPED);
	return run.over() && run.claim(0) == TENANCY_CLAIM_OVER && run.queue().done == 1 && run.queue().failed == 1 &&
		   run.queue().skipped == 1;
}

/* Tells whether nobody but the canaries has a turn until they are through. */
bool
canaries_go_first()
{
	Run run(4);

	run.queue().canary = 2;
	if (run.claim(0) != 0 || run.claim(1) != 1 || run.claim(2) != TENANCY_CLAIM_NOTHING_NOW)
		return false;
	run.end(1, TENANCY_ATTEMPT_DONE);
	if (run.claim(2) != TENANCY_CLAIM_NOTHING_NOW)
		return false;
	run.end(0, TENANCY_ATTEMPT_SKIPPED);
	return run.claim(2) == 2 && run.claim(0) == 3;
}

/* Tells whether a canary that fails stops the run, and others that are at work may end. */
bool
a_canary_stops_the_run()
{
	Run run(4);

	run.queue().canary = 2;
	run.claim(0);
	run.claim(1);
	run.end(0, TENANCY_ATTEMPT_FAILED);
	if (run.queue().stop != TENANCY_STOP_CANARY || run.over() || run.claim(0) != TENANCY_CLAIM_OVER)
		return false;
	run.end(1, TENANCY_ATTEMPT_DONE);
	return run.over() && run.queue().done == 1 && run.queue().failed == 1;
}

/* Tells whether more canaries than tenants are no more than all tenants. */
bool
all_may_be_canaries()
{
	Run run(2);

	run.queue().canary = 5;
	run.end(run.claim(0), TENANCY_ATTEMPT_DONE);
	run.end(run.claim(0), TENANCY_ATTEMPT_DONE);
	return run.over() && run.queue().stop == TENANCY_STOP_NONE;
}

/* Tells whether the run stops with the failure that is one too many. */
bool
failures_stop_the_run()
{
	Run run(5);

	run.queue().max_failures = 2;
	run.end(run.claim(0), TENANCY_ATTEMPT_FAILED);
	run.end(run.claim(0), TENANCY_ATTEMPT_DONE);
	if (run.queue().stop != TENANCY_STOP_NONE)
		return false;
	run.end(run.claim(0), TENANCY_ATTEMPT_FAILED);
	return run.queue().stop == TENANCY_STOP_FAILURES && run.over() && run.claim(0) == TENANCY_CLAIM_OVER;
}

/* Tells whether a tenant whose lock is taken comes again later, others first, and fails in the end. */
bool
locks_are_tried_again()
{
	Run run(2);
	int64_t now = 1000;

	run.queue().retries = 3;
	if (run.claim(0, now) != 0 || run.end(0, TENANCY_ATTEMPT_LOCKED, now) != TENANCY_TURN_WAITING)
		return false;
	if (run.claim(0, now) != 1)
		return false;
	run.end(1, TENANCY_ATTEMPT_DONE, now);
	for (int64_t wait : {INT64_C(100000), INT64_C(200000), INT64_C(400000)})
	{
		if (run.claim(0, now + wait - 1) != TENANCY_CLAIM_NOTHING_NOW || run.ask_again != now + wait)
			return false;
		now += wait;
		if (run.claim(0, now) != 0)
			return false;
		run.end(0, TENANCY_ATTEMPT_LOCKED, now);
	}
	return run.over() && run.queue().failed == 1 && run.queue().done == 1;
}

/* Tells whether waiting stays within its bound, however many retries there are. */
bool
waits_are_bounded()
{
	Run run(1);
	int64_t now = 0;

	run.queue().retries = 40;
	for (int i = 0; i < 40; i++)
	{
		if (run.claim(0, now) != 0 || run.end(0, TENANCY_ATTEMPT_LOCKED, now) != TENANCY_TURN_WAITING)
			return false;
		run.claim(0, now);
		if (run.ask_again - now > 5'000'000 || run.ask_again <= now)
			return false;
		now = run.ask_again;
	}
	return run.claim(0, now) == 0 && run.end(0, TENANCY_ATTEMPT_LOCKED, now) == TENANCY_TURN_FAILED;
}

/* Tells whether another run's tenant is waited for without end. */
bool
other_runs_are_waited_for()
{
	Run run(1);
	int64_t now = 0;

	for (int i = 0; i < 1000; i++)
	{
		if (run.claim(0, now) != 0 || run.end(0, TENANCY_ATTEMPT_BUSY, now) != TENANCY_TURN_WAITING)
			return false;
		now += 100'000;
	}
	return !run.over();
}

/* Tells whether the tenant of a worker that ended goes to another, and fails if it always ends them. */
bool
lost_workers_are_replaced()
{
	Run run(2);

	for (int i = 0; i < 3; i++)
	{
		if (run.claim(i) != 0)
			return false;
		if (!tenancy::release_turns(run.queue(), i, 0) || tenancy::release_turns(run.queue(), i, 0))
			return false;
	}
	if (run.queue().failed != 1 || run.claim(7) != 1)
		return false;
	tenancy::release_turns(run.queue(), 6, 0);
	return run.claim(8) == TENANCY_CLAIM_NOTHING_NOW;
}

} // namespace

/* Runs the checks. */
int
main()
{
	check(each_has_one_turn(), "each tenant has one turn");
	check(canaries_go_first(), "canaries go first");
	check(a_canary_stops_the_run(), "a canary that fails stops the run");
	check(all_may_be_canaries(), "all may be canaries");
	check(failures_stop_the_run(), "failures stop the run");
	check(locks_are_tried_again(), "a lock that is taken is tried again, later each time");
	check(waits_are_bounded(), "waits are bounded");
	check(other_runs_are_waited_for(), "another run is waited for");
	check(lost_workers_are_replaced(), "the tenant of a worker that ended goes to another");
	return harness::finish();
}
