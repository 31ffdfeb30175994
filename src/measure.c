/*
 * measure.c
 *	  What this backend has measured for the bound tenant and not handed over yet.
 *
 * Statements add to memory of the backend alone, and that goes to the tenant's shared
 * counters from time to time: when the binding changes, when the process ends, after an
 * error, and by a timer, which also fires amid a long statement and while the backend
 * waits for its client.  The timer's signal handler does what the rest does, adds to
 * atomics; if it meets an addition that is under way it leaves a mark, and the addition
 * hands over when it is done.
 *
 * Blocks, temporary files and WAL are what PostgreSQL's own totals of this backend have
 * grown by since the last time, so that they cost a statement nothing.
 *
 * The timer runs only where something was measured, once for each tenancy.metrics_interval.
 */
#include "postgres.h"

#include <signal.h>

#include "access/xact.h"
#include "bridge.h"
#include "counters.h"
#include "executor/instrument.h"
#include "measure.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

int measure_running = MEASURE_NONE;

/* The tenant that all of this is for; NULL: none is bound. */
static TenantCounters *owner = NULL;

/* What was added to each counter, and which of them are not zero. */
static uint64 batch[COUNTER_COUNT];
static uint16 touched[COUNTER_COUNT];
static volatile int touched_count = 0;

/* PostgreSQL's totals of this backend when they were handed over last. */
static struct
{
	int64 blocks_hit;
	int64 blocks_read;
	int64 temp_blocks;
	uint64 wal_bytes;
} handed_over;

/* When the last statement ended: the next one of the same message begins there. */
static TimestampTz last_end = 0;

/* The batch is being changed; the handler has met that. */
static volatile sig_atomic_t changing = false;
static volatile sig_atomic_t flush_is_due = false;

/* The timer runs. */
static volatile sig_atomic_t timer_runs = false;
static bool timer_registered = false;
static TimeoutId timer;

static void set_timer(void);

/* Adds to one counter of the batch. */
static inline void
add(int counter, uint64 amount)
{
	if (amount == 0)
		return;
	if (batch[counter] == 0)
		touched[touched_count++] = (uint16) counter;
	batch[counter] += amount;
}

/* Takes note of PostgreSQL's totals. */
static void
note_totals(void)
{
	handed_over.blocks_hit = pgBufferUsage.shared_blks_hit;
	handed_over.blocks_read = pgBufferUsage.shared_blks_read;
	handed_over.temp_blocks = pgBufferUsage.temp_blks_written;
	handed_over.wal_bytes = pgWalUsage.wal_bytes;
}

/* Adds what one of PostgreSQL's totals has grown by. */
static inline void
hand_over_growth(Counter counter, uint64 growth)
{
	if (growth != 0)
		counters_add(owner, counter, (int64) growth);
}

/* Hands all over; also in the signal handler. */
static void
hand_over(void)
{
	if (owner == NULL)
		return;
	for (int i = 0; i < touched_count; i++)
	{
		counters_add(owner, touched[i], (int64) batch[touched[i]]);
		batch[touched[i]] = 0;
	}
	touched_count = 0;
	hand_over_growth(COUNTER_BLOCKS_HIT, pgBufferUsage.shared_blks_hit - handed_over.blocks_hit);
	hand_over_growth(COUNTER_BLOCKS_READ, pgBufferUsage.shared_blks_read - handed_over.blocks_read);
	hand_over_growth(COUNTER_TEMP_BYTES, (pgBufferUsage.temp_blks_written - handed_over.temp_blocks) * BLCKSZ);
	hand_over_growth(COUNTER_WAL_BYTES, pgWalUsage.wal_bytes - handed_over.wal_bytes);
	note_totals();
}

/* Keeps the signal handler from the batch until end_change(). */
static inline void
begin_change(void)
{
	changing = true;
	pg_compiler_barrier();
}

/* Lets it go on, and does what it could not do. */
static inline void
end_change(void)
{
	pg_compiler_barrier();
	changing = false;
	if (flush_is_due)
		measure_flush();
}

void
measure_flush(void)
{
	changing = true;
	pg_compiler_barrier();
	flush_is_due = false;
	hand_over();
	pg_compiler_barrier();
	changing = false;
}

/* Handler of the timer, in a signal handler.  It goes on while a statement runs; else the next statement starts it. */
static void
at_timeout(void)
{
	timer_runs = false;
	if (changing)
		flush_is_due = true;
	else
		hand_over();
	if (measure_running != MEASURE_NONE && tenancy_metrics_interval > 0)
		set_timer();
}

/* Starts the timer. */
static void
set_timer(void)
{
	if (!timer_registered)
	{
		timer = RegisterTimeout(USER_TIMEOUT, at_timeout);
		timer_registered = true;
	}
	timer_runs = true;
	enable_timeout_after(timer, tenancy_metrics_interval);
}

void
measure_begin(int type)
{
	measure_running = type;
	if (!timer_runs && tenancy_metrics_interval > 0)
		set_timer();
}

void
measure_end(uint64 rows)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz start = Max(GetCurrentStatementStartTimestamp(), last_end);
	uint64 duration = now > start ? now - start : 0;
	int type = measure_running;

	last_end = now;
	measure_running = MEASURE_NONE;
	begin_change();
	add(COUNTER_ROWS, rows);
	add(COUNTER_DURATION + type, duration);
	add(COUNTER_DURATION_STEP + type * TENANCY_DURATION_STEPS + bridge_duration_step(duration), 1);
	end_change();
}

void
measure_add_rows(uint64 rows)
{
	begin_change();
	add(COUNTER_ROWS, rows);
	end_change();
}

void
measure_change_binding(const Binding *to)
{
	if (measure_running != MEASURE_NONE)
		measure_end(0);
	changing = true;
	pg_compiler_barrier();
	flush_is_due = false;
	hand_over();
	owner = to != NULL ? to->tenant.counters : NULL;
	if (owner != NULL)
		note_totals();
	pg_compiler_barrier();
	changing = false;
}

void
measure_end_transaction(bool failed)
{
	if (failed)
		timer_runs = false;
	if ((failed || tenancy_metrics_interval == 0) && touched_count > 0)
		measure_flush();
}
