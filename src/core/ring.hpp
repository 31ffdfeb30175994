/*
 * ring.hpp
 *	  A ring of records in memory that processes share.
 *
 * Whoever puts holds the ring's lock; one process reads, without it.  A record is written
 * first and made visible then, so that a writer that ends in between leaves nothing.  After
 * a crash of the machine, pages of the file may be of different ages: each record
 * carries its position and a check, and the header is not believed.
 */
#ifndef TENANCY_CORE_RING_HPP
#define TENANCY_CORE_RING_HPP

#include "ring.h"

namespace tenancy
{

/* Makes a ring in zeroed memory of this size, which includes the page for the header. */
void begin_ring(TenancyRing &ring, uint64_t memory, uint32_t database, int64_t life) noexcept;

/* Tells whether memory of this size holds that ring. */
bool is_ring(const TenancyRing &ring, uint64_t memory, uint32_t database, int64_t life) noexcept;

/* Computes the check of a record; needs no lock. */
uint64_t check_record(const TenancyRingPiece *pieces, uint32_t count) noexcept;

/* Puts a record unless the ring would have less than reserve bytes left; counts what finds no room if it is to. */
TenancyRingPut put_record(TenancyRing &ring, const TenancyRingPiece *pieces, uint32_t count, uint64_t check,
						  uint64_t reserve, bool count_dropped) noexcept;

/* Tells what the ring holds. */
TenancyRingState look_at_ring(const TenancyRing &ring) noexcept;

/*
 * Copies out the first record at or after a position and before the head; false: there is none, and record.damaged
 * tells how many bytes were no record.  What is larger than the capacity counts as damaged.
 */
bool read_record(const TenancyRing &ring, uint64_t position, void *buffer, uint32_t capacity,
				 TenancyRingRecord &record) noexcept;

/*
 * Gives the room before a position back, and counts the records that were read there.  The reader then looks for more
 * once again: what was put meanwhile has woken nobody.
 */
void release_records(TenancyRing &ring, uint64_t position, uint64_t records) noexcept;

/*
 * Finds out what a ring holds whose header may be wrong, from its records, and corrects the header.  For rings that
 * nobody uses any more.
 */
void recover_ring(TenancyRing &ring, uint64_t memory) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_RING_HPP */
