/*
 * audit_ring_file.h
 *	  The files that rings lie in: for the files audit_ring*.c alone.
 */
#ifndef TENANCY_AUDIT_RING_FILE_H
#define TENANCY_AUDIT_RING_FILE_H

#include "bridge.h"
#include "nodes/pg_list.h"

/* Longest path of a ring's file. */
#define AUDIT_RING_PATH 64

/* A file that has been found. */
typedef struct AuditRingFile
{
	Oid database;
	int64 life;
	bool unfinished; /* whoever made it did not come to an end */
} AuditRingFile;

/*
 * Maps the ring of a database and a life of the server; make: makes it if it is not there, under the lock of the
 * database.  NULL: it cannot, for errno; or, with errno zero, it is no ring.
 */
extern TenancyRing *audit_ring_file_map(Oid database, int64 life, Size memory, bool make);

/* Maps a ring that an earlier life has left, and finds out what it holds; NULL as above. */
extern TenancyRing *audit_ring_file_map_left(Oid database, int64 life, Size *memory);

/* Ends a mapping. */
extern void audit_ring_file_unmap(TenancyRing *ring, Size memory);

/* Removes a file, and sees to it that it stays removed. */
extern void audit_ring_file_remove(const AuditRingFile *file);

/* Returns all files, as AuditRingFile pointers in no order. */
extern List *audit_ring_file_list(void);

#endif /* TENANCY_AUDIT_RING_FILE_H */
