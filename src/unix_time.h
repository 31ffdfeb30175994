/*
 * unix_time.h
 *	  Times as others count them: seconds since 1970-01-01 00:00 UTC.
 */
#ifndef TENANCY_UNIX_TIME_H
#define TENANCY_UNIX_TIME_H

#include "datatype/timestamp.h"

/* Returns the second that a time lies in. */
extern int64 unix_seconds(TimestampTz time);

/* Returns the time at which a second begins, which must be in the range of the type. */
extern TimestampTz unix_time(int64 seconds);

#endif /* TENANCY_UNIX_TIME_H */
