/*
 * run_queue.cpp
 *	  Who is next in a run, and when it ends.
 */
#include "run_queue.hpp"

#include <algorithm>
#include <limits>

namespace tenancy
{

namespace
{

/* The wait after a first failed attempt, which doubles each time up to the longest. */
constexpr int64_t SHORTEST_WAIT = 100'000;
constexpr int64_t LONGEST_WAIT = 5'000'000;

/* How often to look whether another run has finished with a tenant. */
constexpr int64_t BUSY_WAIT = 100'000;

/* So many workers may end at one tenant. */
constexpr int16_t MAX_LOSSES = 3;

/* Tells whether a tenant had its turn. */
bool
is_through(const TenancyQueueEntry &entry) noexcept
{
	return entry.turn != TENANCY_TURN_WAITING && entry.turn != TENANCY_TURN_WORKING;
}

/* Returns how many entries may be claimed: the canaries alone, until all of them are through. */
int32_t
open_count(const TenancyQueue &queue) noexcept
{
	return queue.first_open < queue.canary ? std::min(queue.canary, queue.count) : queue.count;
}

/* Moves the mark behind the entries that are through. */
void
advance(TenancyQueue &queue) noexcept
{
	while (queue.first_open < queue.count && is_through(queue.entries[queue.first_open]))
		queue.first_open++;
}

/* Gives an entry its final state. */
void
settle(TenancyQueue &queue, int32_t position, TenancyTurn turn) noexcept
{
	queue.entries[position].turn = static_cast<uint8_t>(turn);
	switch (turn)
	{
		case TENANCY_TURN_DONE:
			queue.done++;
			break;
		case TENANCY_TURN_FAILED:
			queue.failed++;
			if (queue.stop == TENANCY_STOP_NONE && position < queue.canary)
				queue.stop = TENANCY_STOP_CANARY;
			if (queue.stop == TENANCY_STOP_NONE && queue.max_failures >= 0 &&
				queue.failed >= std::max(queue.max_failures, 1))
				queue.stop = TENANCY_STOP_FAILURES;
			break;
		default:
			queue.skipped++;
			break;
	}
	advance(queue);
}

/* Puts an entry back for a later time. */
void
postpone(TenancyQueueEntry &entry, int64_t until) noexcept
{
	entry.turn = TENANCY_TURN_WAITING;
	entry.not_before = until;
}

} // namespace

int32_t
claim_turn(TenancyQueue &queue, int32_t worker, int64_t now, int64_t &ask_again) noexcept
{
	int32_t open = open_count(queue);

	ask_again = std::numeric_limits<int64_t>::max();
	if (queue.stop != TENANCY_STOP_NONE || queue.first_open >= queue.count)
		return TENANCY_CLAIM_OVER;
	for (int32_t i = queue.first_open; i < open; i++)
	{
		TenancyQueueEntry &entry = queue.entries[i];

		if (entry.turn != TENANCY_TURN_WAITING)
			continue;
		if (entry.not_before <= now)
		{
			entry.turn = TENANCY_TURN_WORKING;
			entry.worker = worker;
			return i;
		}
		ask_again = std::min(ask_again, entry.not_before);
	}
	return TENANCY_CLAIM_NOTHING_NOW;
}

TenancyTurn
end_turn(TenancyQueue &queue, int32_t position, TenancyAttempt attempt, int64_t now) noexcept
{
	TenancyQueueEntry &entry = queue.entries[position];

	switch (attempt)
	{
		case TENANCY_ATTEMPT_DONE:
			settle(queue, position, TENANCY_TURN_DONE);
			break;
		case TENANCY_ATTEMPT_SKIPPED:
			settle(queue, position, TENANCY_TURN_SKIPPED);
			break;
		case TENANCY_ATTEMPT_BUSY:
			postpone(entry, now + BUSY_WAIT);
			break;
		case TENANCY_ATTEMPT_LOCKED:
			if (entry.attempts < queue.retries)
			{
				postpone(entry, now + std::min(LONGEST_WAIT, SHORTEST_WAIT << std::min<int>(entry.attempts, 16)));
				entry.attempts++;
				break;
			}
			settle(queue, position, TENANCY_TURN_FAILED);
			break;
		default:
			settle(queue, position, TENANCY_TURN_FAILED);
			break;
	}
	/* It has not failed by them. */
	if (entry.turn == TENANCY_TURN_FAILED)
		entry.losses = 0;
	return static_cast<TenancyTurn>(entry.turn);
}

bool
release_turns(TenancyQueue &queue, int32_t worker, int64_t now) noexcept
{
	bool any = false;

	for (int32_t i = queue.first_open; i < queue.count; i++)
	{
		TenancyQueueEntry &entry = queue.entries[i];

		if (entry.turn != TENANCY_TURN_WORKING || entry.worker != worker)
			continue;
		any = true;
		entry.losses++;
		if (entry.losses >= MAX_LOSSES)
			settle(queue, i, TENANCY_TURN_FAILED);
		else
			postpone(entry, now);
	}
	return any;
}

bool
run_is_over(const TenancyQueue &queue) noexcept
{
	if (queue.first_open >= queue.count)
		return true;
	if (queue.stop == TENANCY_STOP_NONE)
		return false;
	return std::none_of(queue.entries + queue.first_open,
						queue.entries + queue.count,
						[](const TenancyQueueEntry &entry) { return entry.turn == TENANCY_TURN_WORKING; });
}

} // namespace tenancy
