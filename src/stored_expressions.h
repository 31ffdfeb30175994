/*
 * stored_expressions.h
 *	  Expressions that a definition puts into the catalogs.
 */
#ifndef TENANCY_STORED_EXPRESSIONS_H
#define TENANCY_STORED_EXPRESSIONS_H

/*
 * Raises an error if an object that was just created or altered holds an expression
 * that refers, by OID, to what the session may not know.  The arguments are those of
 * the object access event.
 */
extern void stored_expressions_check(Oid class_id, Oid object_id, int sub_id);

#endif /* TENANCY_STORED_EXPRESSIONS_H */
