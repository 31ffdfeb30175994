/*
 * ring.h
 *	  A ring of records in memory that processes share, as plain data.
 *
 * The memory is a file that is mapped, so that records outlive the processes.  It begins
 * with a page for the header.
 */
#ifndef TENANCY_CORE_RING_H
#define TENANCY_CORE_RING_H

#include <stdbool.h>
#include <stdint.h>

/* Size of the page for the header. */
#define TENANCY_RING_HEADER 4096

/* What a record takes besides its bytes, at most. */
#define TENANCY_RING_OVERHEAD 32

typedef struct TenancyRing TenancyRing;

/* A part of a record that is to be put. */
typedef struct TenancyRingPiece
{
	const void *data;
	uint32_t size;
} TenancyRingPiece;

/* How putting a record ended. */
typedef enum TenancyRingPut
{
	TENANCY_RING_FULL = 0,
	TENANCY_RING_PUT,
	TENANCY_RING_PUT_FIRST /* nothing was waiting to be read */
} TenancyRingPut;

/* What a ring holds.  Positions count bytes since the ring was made. */
typedef struct TenancyRingState
{
	uint64_t size;
	uint64_t tail;	   /* where what waits begins */
	uint64_t head;	   /* where it ends */
	uint64_t records;  /* that were put */
	uint64_t released; /* of these, by who reads */
	uint64_t dropped;  /* that found no room */
} TenancyRingState;

/* What reading met. */
typedef struct TenancyRingRecord
{
	uint64_t position; /* where the record begins */
	uint64_t next;	   /* where the next one begins */
	uint64_t damaged;  /* bytes before it that hold no record */
	uint32_t size;
} TenancyRingRecord;

#endif /* TENANCY_CORE_RING_H */
