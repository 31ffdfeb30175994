/*
 * uniform.h
 *	  Errors that do not tell a refused name from one that never existed.
 */
#ifndef TENANCY_UNIFORM_H
#define TENANCY_UNIFORM_H

/*
 * Sees to it that errors of the session pass here.  To be called when a transaction ends, since the server forgets its error
 * callbacks after an error.  Reads no catalog and raises nothing.
 */
extern void uniform_install(void);

/*
 * Returns the name of a schema or role as an error may repeat it: NULL unless the
 * client's own statement has it.
 */
extern const char *uniform_spelled_name(const char *name);

/*
 * Has all such errors come from the same place of the server's source, which the
 * client is told, too; from emit_log_hook.
 */
extern void uniform_conceal_origin(ErrorData *report);

#endif /* TENANCY_UNIFORM_H */
