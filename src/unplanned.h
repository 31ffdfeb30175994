/*
 * unplanned.h
 *	  Expressions of utility statements that are evaluated without a plan.
 */
#ifndef TENANCY_UNPLANNED_H
#define TENANCY_UNPLANNED_H

#include "nodes/parsenodes.h"

/* Each refuses an expression of a statement that the planner would have put a check into. */
extern void unplanned_check_execute(ExecuteStmt *statement);
extern void unplanned_check_copy(CopyStmt *statement);
extern void unplanned_check_alteration(AlterTableStmt *statement);
extern void unplanned_check_bound(PartitionBoundSpec *bound, RangeVar *parent);

/*
 * Tells whether an analysed expression may be evaluated without a plan: what it names
 * is written out and visible, and it calls no guarded function but nextval().
 */
extern bool unplanned_is_harmless(Node *expression);

/* Tells whether an expression is a constant, by itself or as the name of a relation in text. */
extern bool unplanned_is_written_out(Node *expression);

#endif /* TENANCY_UNPLANNED_H */
