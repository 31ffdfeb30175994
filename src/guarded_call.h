/*
 * guarded_call.h
 *	  The checked calls that query_guard.c puts in the place of built-in functions.
 */
#ifndef TENANCY_GUARDED_CALL_H
#define TENANCY_GUARDED_CALL_H

#include "builtins.h"
#include "fmgr.h"

/* Calls a built-in with arguments that are checked, and replaced where they are aimed at others. */
extern Datum guarded_call_invoke(const Builtin *builtin, FunctionCallInfo call);

/* Returns an array or a row of this type without OIDs of what the session may not know. */
extern Datum guarded_call_visible_value(Datum value, Oid type);

/* Takes note of what a function leaves in the session. */
extern void guarded_call_note_residue(const Builtin *builtin);

#endif /* TENANCY_GUARDED_CALL_H */
