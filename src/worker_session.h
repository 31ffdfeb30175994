/*
 * worker_session.h
 *	  The session of a background worker.
 */
#ifndef TENANCY_WORKER_SESSION_H
#define TENANCY_WORKER_SESSION_H

/*
 * Sets what a worker's work depends on, whatever roles and databases have as defaults.  The
 * search path is pg_catalog, and nothing is waited for longer than two seconds.
 */
extern void worker_session_set_defaults(void);

#endif /* TENANCY_WORKER_SESSION_H */
