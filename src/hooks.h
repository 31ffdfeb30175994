/*
 * hooks.h
 *	  Installation of the hooks.
 */
#ifndef TENANCY_HOOKS_H
#define TENANCY_HOOKS_H

/* Puts the extension's hooks in front of those already installed; from _PG_init. */
extern void hooks_install(void);

#endif /* TENANCY_HOOKS_H */
