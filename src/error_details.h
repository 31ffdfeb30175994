/*
 * error_details.h
 *	  Rows that errors about constraints print.
 */
#ifndef TENANCY_ERROR_DETAILS_H
#define TENANCY_ERROR_DETAILS_H

/*
 * Takes the row out of an error that is being raised, if a value of it could name what
 * the session may not know.  For a callback in the error context.
 */
extern void error_details_conceal(const ErrorData *error);

#endif /* TENANCY_ERROR_DETAILS_H */
