/*
 * plpgsql_values.h
 *	  Variables that functions in PL/pgSQL return.
 */
#ifndef TENANCY_PLPGSQL_VALUES_H
#define TENANCY_PLPGSQL_VALUES_H

/* Has PL/pgSQL tell of every statement; from _PG_init. */
extern void plpgsql_values_start(void);

#endif /* TENANCY_PLPGSQL_VALUES_H */
