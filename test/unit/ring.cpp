/*
 * ring.cpp
 *	  The ring of records: order, room, its end, and what is left of it after a crash.
 */
#include "core/ring.hpp"

#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "harness.hpp"

using harness::check;

namespace
{

constexpr uint32_t DATABASE = 5;
constexpr int64_t LIFE = 77;

/* A ring of so many bytes, in memory that the sanitizers watch. */
class Memory
{
public:
	explicit Memory(uint64_t size) : size_(TENANCY_RING_HEADER + size), block_(std::aligned_alloc(4096, rounded()))
	{
		std::memset(block_, 0, rounded());
		tenancy::begin_ring(ring(), size_, DATABASE, LIFE);
	}

	Memory(const Memory &other) : size_(other.size_), block_(std::aligned_alloc(4096, rounded()))
	{
		std::memcpy(block_, other.block_, rounded());
	}

	Memory &operator=(const Memory &) = delete;

	~Memory()
	{
		std::free(block_);
	}

	TenancyRing &ring()
	{
		return *static_cast<TenancyRing *>(block_);
	}

	/* The bytes that records lie in. */
	unsigned char *bytes()
	{
		return static_cast<unsigned char *>(block_) + TENANCY_RING_HEADER;
	}

	uint64_t memory() const
	{
		return size_;
	}

	TenancyRingPut put(const std::string &text, uint64_t reserve = 0, bool count_dropped = true)
	{
		/* In two pieces, at a place that depends on the text. */
		uint32_t first = static_cast<uint32_t>(text.size() / 3);
		TenancyRingPiece pieces[] = {{text.data(), first},
									 {text.data() + first, static_cast<uint32_t>(text.size()) - first}};

		return tenancy::put_record(ring(), pieces, 2, tenancy::check_record(pieces, 2), reserve, count_dropped);
	}

	TenancyRingState state()
	{
		return tenancy::look_at_ring(ring());
	}

	/* Reads everything that waits; releases it if it is told to. */
	std::vector<std::string> read(bool release = true)
	{
		std::vector<std::string> result;
		TenancyRingRecord record;
		char buffer[256];
		uint64_t position = state().tail;

		damaged = 0;
		while (tenancy::read_record(ring(), position, buffer, sizeof(buffer), record))
		{
			result.emplace_back(buffer, record.size);
			damaged += record.damaged;
			position = record.next;
		}
		damaged += record.damaged;
		if (release)
			tenancy::release_records(ring(), record.next, result.size());
		return result;
	}

	uint64_t damaged = 0;

private:
	uint64_t rounded() const
	{
		return (size_ + 4095) / 4096 * 4096;
	}

	uint64_t size_;
	void *block_;
};

using Texts = std::vector<std::string>;

void
test_order()
{
	Memory memory(1024);

	check(memory.read().empty(), "a new ring holds nothing");
	check(memory.put("one") == TENANCY_RING_PUT_FIRST, "the first record is told to be the first");
	check(memory.put("") == TENANCY_RING_PUT && memory.put("three") == TENANCY_RING_PUT, "further ones are not");
	check(memory.read(false) == Texts{"one", "", "three"}, "records come out as they went in");
	check(memory.read() == Texts{"one", "", "three"}, "and again, until they are released");
	check(memory.read().empty(), "and not after that");
	check(memory.put("four") == TENANCY_RING_PUT_FIRST, "then the next one is a first again");
	TenancyRingState state = memory.state();
	check(state.records == 4 && state.released == 3 && state.dropped == 0, "records are counted");
	check(tenancy::is_ring(memory.ring(), memory.memory(), DATABASE, LIFE), "a ring is known as what it is");
	check(!tenancy::is_ring(memory.ring(), memory.memory(), DATABASE + 1, LIFE), "not as another database's");
	check(!tenancy::is_ring(memory.ring(), memory.memory(), DATABASE, LIFE + 1), "nor of another life of the server");
	check(!tenancy::is_ring(memory.ring(), memory.memory() + 8, DATABASE, LIFE), "nor of another size");
}

void
test_room()
{
	Memory memory(256);
	std::string text(40, 'x');

	check(memory.put(std::string(300, 'x')) == TENANCY_RING_FULL, "a record larger than the ring finds no room");
	check(memory.put(text) == TENANCY_RING_PUT_FIRST && memory.put(text) == TENANCY_RING_PUT &&
			  memory.put(text) == TENANCY_RING_PUT,
		  "three of 64 bytes fit into 256");
	check(memory.put(text, 64, false) == TENANCY_RING_FULL && memory.state().dropped == 1,
		  "a fourth does not for who must leave a reserve, and is not counted if it may try again");
	check(memory.put(text) == TENANCY_RING_PUT, "it does for others, to the last byte");
	check(memory.put("") == TENANCY_RING_FULL && memory.state().dropped == 2,
		  "then the ring is full, which is counted");
	check(memory.read() == Texts{text, text, text, text}, "nothing of it is lost");
	check(memory.put(text) == TENANCY_RING_PUT_FIRST, "and there is room again");
}

void
test_wrap()
{
	Memory memory(344);
	std::mt19937 random(1);
	bool right = true;

	for (int round = 0; round < 5000 && right; round++)
	{
		Texts expected;

		for (uint32_t count = random() % 4; count > 0; count--)
		{
			std::string text(random() % 90, static_cast<char>('a' + random() % 26));

			if (memory.put(text) != TENANCY_RING_FULL)
				expected.push_back(text);
		}
		right = memory.read() == expected && memory.damaged == 0;
	}
	check(right, "records go around the end of the ring, header and text");
	check(memory.state().head > 50 * 344, "many times");
}

void
test_half_written()
{
	Memory memory(1024);

	memory.put("one");
	uint64_t head = memory.state().head;
	memory.put("two");
	/* As a writer leaves it that ends before it has moved the head. */
	Memory whole(memory);
	Memory half(memory);
	half.bytes()[head + 25] ^= 1;
	for (Memory *copy : {&whole, &half})
		tenancy::recover_ring(copy->ring(), copy->memory());
	check(whole.read() == Texts{"one", "two"}, "a record that was written is found");
	check(half.read() == Texts{"one"}, "one that was half written is not");

	Memory damaged(memory);
	damaged.put("three");
	damaged.bytes()[head + 24] ^= 0x80;
	check(damaged.read() == Texts{"one", "three"} && damaged.damaged == 32,
		  "reading goes on behind a damaged record, and tells how much there is");
	Memory last(memory);
	last.bytes()[head + 4] ^= 0xff;
	check(last.read() == Texts{"one"} && last.damaged == 32, "also where it is the last one");
	check(last.read().empty() && last.damaged == 0 && last.put("new") == TENANCY_RING_PUT_FIRST,
		  "and the ring is of use after that");
}

void
test_torn_header()
{
	Memory memory(512);
	std::string text(100, 't');

	for (int i = 0; i < 30; i++)
	{
		memory.put(text + std::to_string(i));
		if (i < 28)
			memory.read();
	}
	Texts waiting{text + "28", text + "29"};

	Memory intact(memory);
	tenancy::recover_ring(intact.ring(), intact.memory());
	check(intact.read() == waiting, "a header that is right is believed");

	/* Without the header all that is left is there, in order; what was released too. */
	Memory lost(memory);
	std::memset(static_cast<void *>(&lost.ring()), 0xa5, TENANCY_RING_HEADER);
	check(!tenancy::is_ring(lost.ring(), lost.memory(), DATABASE, LIFE), "a torn header is noticed");
	tenancy::recover_ring(lost.ring(), lost.memory());
	Texts found = lost.read();
	check(found.size() >= 2 && Texts(found.end() - 2, found.end()) == waiting,
		  "without the header the records are found by themselves");

	Memory zeroed(memory);
	std::memset(static_cast<void *>(&zeroed.ring()), 0, TENANCY_RING_HEADER);
	tenancy::recover_ring(zeroed.ring(), zeroed.memory());
	found = zeroed.read();
	check(found.size() >= 2 && found.back() == waiting.back(), "also where it is all zeroes");

	Memory empty(512);
	std::memset(static_cast<void *>(&empty.ring()), 0xff, TENANCY_RING_HEADER);
	tenancy::recover_ring(empty.ring(), empty.memory());
	check(empty.read().empty() && empty.damaged == 0, "a ring of nothing holds nothing");
}

/* Whatever bytes a ring has, nothing is read that was not put, and nothing beyond its memory. */
void
test_noise()
{
	std::mt19937 random(7);
	bool right = true;

	for (int round = 0; round < 2000; round++)
	{
		Memory memory(408);

		for (int i = 0; i < 12; i++)
		{
			memory.put("record " + std::to_string(i) + std::string(random() % 30, '.'));
			if (i < 9)
				memory.read();
		}
		for (int i = 0; i < 3; i++)
		{
			uint64_t at = random() % memory.memory();
			static_cast<unsigned char *>(static_cast<void *>(&memory.ring()))[at] ^= 1 << random() % 8;
		}
		tenancy::recover_ring(memory.ring(), memory.memory());
		for (const std::string &text : memory.read())
			right = right && text.compare(0, 7, "record ") == 0;
		memory.put("record");
	}
	check(right, "noise in the file brings no record that was not put");
}

} // namespace

int
main()
{
	test_order();
	test_room();
	test_wrap();
	test_half_written();
	test_torn_header();
	test_noise();
	return harness::finish();
}
