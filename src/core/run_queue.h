/*
 * run_queue.h
 *	  The tenants that a run is to work through, as its workers share them.
 *
 * Plain data in memory that several processes map; the caller holds the run's lock.
 * Times are microseconds of any one clock.
 */
#ifndef TENANCY_CORE_RUN_QUEUE_H
#define TENANCY_CORE_RUN_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "verdict.h"

/* Where a tenant is in a run. */
typedef enum TenancyTurn
{
	TENANCY_TURN_WAITING = 0,
	TENANCY_TURN_WORKING,
	TENANCY_TURN_DONE,
	TENANCY_TURN_FAILED,
	TENANCY_TURN_SKIPPED /* not active any more, or gone */
} TenancyTurn;

/* How an attempt at a tenant ended. */
typedef enum TenancyAttempt
{
	TENANCY_ATTEMPT_DONE = 0,
	TENANCY_ATTEMPT_FAILED,
	TENANCY_ATTEMPT_SKIPPED,
	TENANCY_ATTEMPT_LOCKED, /* a lock could not be had: another attempt may succeed */
	TENANCY_ATTEMPT_BUSY	/* another run is at the tenant: wait for it, however long */
} TenancyAttempt;

/* Why a run ends before every tenant had its turn. */
typedef enum TenancyStop
{
	TENANCY_STOP_NONE = 0,
	TENANCY_STOP_CANARY,
	TENANCY_STOP_FAILURES,
	TENANCY_STOP_ASKED
} TenancyStop;

typedef struct TenancyQueueEntry
{
	char slug[TENANCY_SLUG_SIZE];
	uint8_t turn;	  /* TenancyTurn */
	int16_t attempts; /* that failed for want of a lock */
	int16_t losses;	  /* workers that ended while at it */
	int32_t worker;	  /* whose turn it is, while WORKING */
	int64_t not_before;
} TenancyQueueEntry;

typedef struct TenancyQueue
{
	int32_t count;
	int32_t canary;		  /* so many come first, and all must succeed */
	int32_t max_failures; /* stop when so many have failed; -1: never */
	int32_t retries;	  /* further attempts for want of a lock */
	int32_t done;
	int32_t failed;
	int32_t skipped;
	int32_t first_open; /* all entries before it are through */
	TenancyStop stop;
	TenancyQueueEntry entries[];
} TenancyQueue;

/* Answers of claiming. */
#define TENANCY_CLAIM_NOTHING_NOW -1
#define TENANCY_CLAIM_OVER -2

#endif /* TENANCY_CORE_RUN_QUEUE_H */
