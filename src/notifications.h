/*
 * notifications.h
 *	  The names of channels, as clients of bound sessions know them.
 */
#ifndef TENANCY_NOTIFICATIONS_H
#define TENANCY_NOTIFICATIONS_H

/*
 * Returns the channel that LISTEN must name for this one; from now on the client hears
 * of it by the name that it gave.  The result is in the current memory context.
 */
extern char *notifications_listen(const char *name);

/* Returns the name that a channel was given by the session's own LISTEN; the channel itself if that is not known. */
extern const char *notifications_name(const char *channel);

#endif /* TENANCY_NOTIFICATIONS_H */
