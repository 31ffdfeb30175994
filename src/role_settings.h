/*
 * role_settings.h
 *	  The core settings role and session_authorization, which a bound session does not change.
 */
#ifndef TENANCY_ROLE_SETTINGS_H
#define TENANCY_ROLE_SETTINGS_H

/* Begins to check these settings; once, when the server starts. */
extern void role_settings_start(void);

#endif /* TENANCY_ROLE_SETTINGS_H */
