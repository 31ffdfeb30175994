/*
 * utility_targets.h
 *	  The targets of utility statements that no other hook sees.
 */
#ifndef TENANCY_UTILITY_TARGETS_H
#define TENANCY_UTILITY_TARGETS_H

#include "nodes/parsenodes.h"

/* Each raises the refusal unless the session may use the statement's targets. */
extern void targets_check_comment(Node *statement);
extern void targets_check_grant(Node *statement);
extern void targets_check_creation(Node *statement);
extern void targets_check_alteration(Node *statement);
extern void targets_check_drop(Node *statement);
extern void targets_check_schema(Node *statement);
extern void targets_check_publication(Node *statement);

/* Raises the refusal unless the session may change the relation of this name, if there is one. */
extern void targets_check_relation(RangeVar *name);

/* The same for what is under relations of these names, RangeVars: what a view names, and the children of a parent. */
extern void targets_check_reach(List *names);

/* Returns the text of a constant; NULL if it is none of type text. */
extern const char *targets_string_constant(A_Const *constant);

/* Checks that no table of another tenant refers to the relations named. */
extern void targets_check_referrers(List *names);

#endif /* TENANCY_UTILITY_TARGETS_H */
