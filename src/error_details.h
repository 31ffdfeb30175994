/*
 * error_details.h
 *	  Rows and names that errors print.
 */
#ifndef TENANCY_ERROR_DETAILS_H
#define TENANCY_ERROR_DETAILS_H

/*
 * Takes out of an error that is being raised what names another tenant's objects.  For a
 * callback in the error context.
 */
extern void error_details_conceal(const ErrorData *error);

#endif /* TENANCY_ERROR_DETAILS_H */
