/*
 * ring.cpp
 *	  A ring of records in memory that processes share.
 */
#include "ring.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>

namespace
{

constexpr uint64_t RING_MAGIC = 0x31676e6972746e74;
constexpr uint32_t RECORD_MAGIC = 0x7264636f;

/* Records begin at multiples of this. */
constexpr uint64_t ALIGNMENT = 8;

/* What precedes each record. */
struct RecordHeader
{
	uint32_t magic;
	uint32_t size;
	uint64_t position;
	uint64_t check;
};

static_assert(sizeof(RecordHeader) + ALIGNMENT <= TENANCY_RING_OVERHEAD);

} // namespace

/* The header.  Who puts writes head, records and dropped; who reads writes tail and released. */
struct TenancyRing
{
	uint64_t magic;
	uint64_t size;
	int64_t life;
	uint32_t database;
	std::atomic<uint64_t> head;
	std::atomic<uint64_t> records;
	std::atomic<uint64_t> dropped;
	alignas(128) std::atomic<uint64_t> tail;
	std::atomic<uint64_t> released;
};

static_assert(sizeof(TenancyRing) <= TENANCY_RING_HEADER);
static_assert(std::atomic<uint64_t>::is_always_lock_free);

namespace tenancy
{

namespace
{

/* Returns the bytes that the records lie in. */
unsigned char *
bytes_of(TenancyRing &ring) noexcept
{
	return reinterpret_cast<unsigned char *>(&ring) + TENANCY_RING_HEADER;
}

const unsigned char *
bytes_of(const TenancyRing &ring) noexcept
{
	return reinterpret_cast<const unsigned char *>(&ring) + TENANCY_RING_HEADER;
}

/* Copies into the ring, around its end. */
void
copy_in(TenancyRing &ring, uint64_t position, const void *data, uint64_t size) noexcept
{
	uint64_t at = position % ring.size;
	uint64_t first = std::min(size, ring.size - at);

	if (size == 0)
		return;
	std::memcpy(bytes_of(ring) + at, data, first);
	std::memcpy(bytes_of(ring), static_cast<const unsigned char *>(data) + first, size - first);
}

/* Copies out of the ring, around its end. */
void
copy_out(const TenancyRing &ring, uint64_t position, void *data, uint64_t size) noexcept
{
	uint64_t at = position % ring.size;
	uint64_t first = std::min(size, ring.size - at);

	if (size == 0)
		return;
	std::memcpy(data, bytes_of(ring) + at, first);
	std::memcpy(static_cast<unsigned char *>(data) + first, bytes_of(ring), size - first);
}

/* Returns the room that a record takes. */
uint64_t
room_for(uint64_t size) noexcept
{
	return (sizeof(RecordHeader) + size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* A check that is computed over parts, eight bytes at a time; the same however the bytes are parted. */
class Check
{
public:
	void add(const unsigned char *data, uint64_t size) noexcept
	{
		while (size > 0)
		{
			if (filled_ == 0 && size >= sizeof(word_))
			{
				std::memcpy(&word_, data, sizeof(word_));
				filled_ = sizeof(word_);
				data += sizeof(word_);
				size -= sizeof(word_);
			}
			else
			{
				uint64_t part = std::min<uint64_t>(size, sizeof(word_) - filled_);

				std::memcpy(reinterpret_cast<unsigned char *>(&word_) + filled_, data, part);
				filled_ += part;
				data += part;
				size -= part;
			}
			if (filled_ == sizeof(word_))
				mix();
		}
	}

	uint64_t finish(uint64_t size) noexcept
	{
		mix();
		word_ = size;
		mix();
		return sum_;
	}

private:
	void mix() noexcept
	{
		sum_ = (sum_ ^ word_) * 0x9fb21c651e98df25;
		sum_ ^= sum_ >> 35;
		word_ = 0;
		filled_ = 0;
	}

	uint64_t sum_ = 0x5851f42d4c957f2d;
	uint64_t word_ = 0;
	uint64_t filled_ = 0;
};

/* The same over bytes in the ring. */
uint64_t
check_in_ring(const TenancyRing &ring, uint64_t position, uint64_t size) noexcept
{
	uint64_t at = position % ring.size;
	uint64_t first = std::min(size, ring.size - at);
	Check check;

	check.add(bytes_of(ring) + at, first);
	check.add(bytes_of(ring), size - first);
	return check.finish(size);
}

/* Tells whether a whole record lies at a position and before another. */
bool
is_record(const TenancyRing &ring, uint64_t position, uint64_t end, RecordHeader &header) noexcept
{
	if (end - position < sizeof(RecordHeader))
		return false;
	copy_out(ring, position, &header, sizeof(header));
	return header.magic == RECORD_MAGIC && header.position == position && room_for(header.size) <= end - position &&
		   check_in_ring(ring, position + sizeof(header), header.size) == header.check;
}

} // namespace

void
begin_ring(TenancyRing &ring, uint64_t memory, uint32_t database, int64_t life) noexcept
{
	ring.size = (memory - TENANCY_RING_HEADER) / ALIGNMENT * ALIGNMENT;
	ring.life = life;
	ring.database = database;
	ring.head.store(0);
	ring.records.store(0);
	ring.dropped.store(0);
	ring.tail.store(0);
	ring.released.store(0);
	ring.magic = RING_MAGIC;
}

bool
is_ring(const TenancyRing &ring, uint64_t memory, uint32_t database, int64_t life) noexcept
{
	return ring.magic == RING_MAGIC && ring.size == (memory - TENANCY_RING_HEADER) / ALIGNMENT * ALIGNMENT &&
		   ring.database == database && ring.life == life;
}

uint64_t
check_record(const TenancyRingPiece *pieces, uint32_t count) noexcept
{
	Check check;
	uint64_t size = 0;

	for (uint32_t i = 0; i < count; i++)
	{
		check.add(static_cast<const unsigned char *>(pieces[i].data), pieces[i].size);
		size += pieces[i].size;
	}
	return check.finish(size);
}

TenancyRingPut
put_record(TenancyRing &ring, const TenancyRingPiece *pieces, uint32_t count, uint64_t check, uint64_t reserve,
		   bool count_dropped) noexcept
{
	uint64_t head = ring.head.load(std::memory_order_relaxed);
	uint64_t used = head - ring.tail.load(std::memory_order_acquire);
	uint64_t size = 0;
	RecordHeader header{};

	for (uint32_t i = 0; i < count; i++)
		size += pieces[i].size;
	if (size > UINT32_MAX || used > ring.size || room_for(size) + reserve > ring.size - used)
	{
		if (count_dropped)
			ring.dropped.fetch_add(1, std::memory_order_relaxed);
		return TENANCY_RING_FULL;
	}
	header.magic = RECORD_MAGIC;
	header.size = static_cast<uint32_t>(size);
	header.position = head;
	header.check = check;
	uint64_t at = head;
	copy_in(ring, at, &header, sizeof(header));
	at += sizeof(header);
	for (uint32_t i = 0; i < count; i++)
	{
		copy_in(ring, at, pieces[i].data, pieces[i].size);
		at += pieces[i].size;
	}
	ring.records.fetch_add(1, std::memory_order_relaxed);
	ring.head.store(head + room_for(size), std::memory_order_release);
	/* The reader gives room back and then looks for more: one of the two sees what the other has done. */
	std::atomic_thread_fence(std::memory_order_seq_cst);
	return ring.tail.load(std::memory_order_relaxed) == head ? TENANCY_RING_PUT_FIRST : TENANCY_RING_PUT;
}

TenancyRingState
look_at_ring(const TenancyRing &ring) noexcept
{
	TenancyRingState state{};

	/* What is released was put before. */
	state.size = ring.size;
	state.tail = ring.tail.load(std::memory_order_acquire);
	state.released = ring.released.load(std::memory_order_acquire);
	state.head = ring.head.load(std::memory_order_acquire);
	state.records = ring.records.load(std::memory_order_acquire);
	state.dropped = ring.dropped.load(std::memory_order_acquire);
	return state;
}

bool
read_record(const TenancyRing &ring, uint64_t position, void *buffer, uint32_t capacity,
			TenancyRingRecord &record) noexcept
{
	uint64_t end = ring.head.load(std::memory_order_acquire);
	RecordHeader header{};

	record = TenancyRingRecord{};
	for (record.position = position; record.position < end; record.position += ALIGNMENT)
	{
		if (is_record(ring, record.position, end, header) && header.size <= capacity)
		{
			copy_out(ring, record.position + sizeof(header), buffer, header.size);
			record.size = header.size;
			record.next = record.position + room_for(header.size);
			return true;
		}
		record.damaged += ALIGNMENT;
	}
	record.next = record.position;
	return false;
}

void
release_records(TenancyRing &ring, uint64_t position, uint64_t records) noexcept
{
	ring.released.fetch_add(records, std::memory_order_relaxed);
	ring.tail.store(position, std::memory_order_release);
	std::atomic_thread_fence(std::memory_order_seq_cst);
}

void
recover_ring(TenancyRing &ring, uint64_t memory) noexcept
{
	uint64_t size = (memory - TENANCY_RING_HEADER) / ALIGNMENT * ALIGNMENT;
	uint64_t tail = ring.tail.load();
	uint64_t head = ring.head.load();
	uint64_t found_tail = UINT64_MAX;
	uint64_t found_head = 0;
	RecordHeader header{};

	ring.size = size;
	for (uint64_t at = 0; at + ALIGNMENT <= size; at += ALIGNMENT)
	{
		uint64_t position = 0;

		/* A record's position tells where it lies. */
		copy_out(ring, at + offsetof(RecordHeader, position), &position, sizeof(position));
		if (position % size != at || position > UINT64_MAX / 2 || !is_record(ring, position, position + size, header))
			continue;
		found_tail = std::min(found_tail, position);
		found_head = std::max(found_head, position + room_for(header.size));
	}
	if (found_head == 0)
		found_tail = 0;
	/* Records of an earlier round may lie where later ones were lost. */
	if (found_head - found_tail > size)
		found_tail = found_head - size;
	/* The header is right if the records bear it out; else they are right, and some may be read again. */
	if (tail > head || head > found_head || tail % ALIGNMENT != 0 || found_head - tail > size)
		tail = found_tail;
	ring.tail.store(tail);
	ring.head.store(found_head);
}

} // namespace tenancy
