/*
 * audit_writer.h
 *	  Turns of the database's worker: events from the ring into tenancy.audit_log, and old partitions away.
 */
#ifndef TENANCY_AUDIT_WRITER_H
#define TENANCY_AUDIT_WRITER_H

/* Writes what the ring holds, up to a limit; true: there is more. */
extern bool audit_writer_turn(void);

/* Drops partitions that are older than tenancy.audit_retention, and makes the one of the next month in time. */
extern bool audit_retention_turn(void);

/* Seconds between two turns of retention. */
extern const int audit_retention_interval;

/* Transaction end: what has been committed leaves the ring. */
extern void audit_writer_end_transaction(bool committed);

#endif /* TENANCY_AUDIT_WRITER_H */
