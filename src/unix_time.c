/*
 * unix_time.c
 *	  Times as others count them: seconds since 1970-01-01 00:00 UTC.
 */
#include "postgres.h"

#include "unix_time.h"

/* From the one epoch to the other. */
static const int64 seconds_between = (int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;

int64
unix_seconds(TimestampTz time)
{
	int64 seconds = time / USECS_PER_SEC;

	if (time % USECS_PER_SEC < 0)
		seconds--;
	return seconds + seconds_between;
}

TimestampTz
unix_time(int64 seconds)
{
	return (seconds - seconds_between) * USECS_PER_SEC;
}
