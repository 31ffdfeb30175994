/*
 * normal_form.h
 *	  A description in a form in which two schemas can be compared.
 */
#ifndef TENANCY_NORMAL_FORM_H
#define TENANCY_NORMAL_FORM_H

#include "description_parts.h"

/* What is known of one object. */
typedef struct NormalObject
{
	const char *kind;
	const char *identity;
	const char *relation; /* identity of what it would go with, e.g. the table of a column; NULL: stands alone */
	List *names;		  /* of its facts, sorted */
	List *values;		  /* one each */
} NormalObject;

/* The objects of a schema by kind and identity. */
typedef struct NormalForm
{
	NormalObject *objects;
	int count;
	char fingerprint[65]; /* of all of it, in hexadecimal */
} NormalForm;

/*
 * Describes a schema without its name: wherever that stands as a word, "<schema>" stands
 * instead.  palloc'd.  Inside privileged_run() with SPI connected.
 */
extern NormalForm *normal_form_of(Oid schema);

/* Orders two objects by kind and identity, as strcmp does. */
extern int normal_form_compare(const NormalObject *one, const NormalObject *other);

#endif /* TENANCY_NORMAL_FORM_H */
