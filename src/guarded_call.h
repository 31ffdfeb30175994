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

#endif /* TENANCY_GUARDED_CALL_H */
