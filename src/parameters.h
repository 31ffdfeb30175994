/*
 * parameters.h
 *	  Types of a statement's parameters.
 */
#ifndef TENANCY_PARAMETERS_H
#define TENANCY_PARAMETERS_H

#include "parser/parse_node.h"

/* Raises the refusal if a client has declared a parameter of another tenant's type. */
extern void parameters_check(const ParseState *state);

#endif /* TENANCY_PARAMETERS_H */
