/*
 * harness.hpp
 *	  The least that a unit test of core needs: named checks, printed as TAP, and
 *	  memory that counts and can be made to fail.
 */
#ifndef TENANCY_TEST_HARNESS_HPP
#define TENANCY_TEST_HARNESS_HPP

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <new>

#include "core/memory.hpp"

namespace harness
{

inline int tests = 0;
inline int failures = 0;

/* Reports one check. */
inline void
check(bool passed, const char *name)
{
	tests++;
	if (!passed)
		failures++;
	std::printf("%s %d - %s\n", passed ? "ok" : "not ok", tests, name);
}

/* Prints the plan; the program's exit code. */
inline int
finish()
{
	std::printf("1..%d\n", tests);
	return failures == 0 ? 0 : 1;
}

/* Memory of the heap, which sees what is leaked and refuses to give more than so many blocks. */
class HeapMemory final : public tenancy::Memory
{
public:
	void *allocate(std::size_t size) override
	{
		if (blocks_left == 0)
			throw std::bad_alloc();
		blocks_left--;
		blocks++;
		return std::malloc(size);
	}

	void release(void *block) noexcept override
	{
		blocks--;
		std::free(block);
	}

	long blocks = 0;
	long blocks_left = std::numeric_limits<long>::max();
};

} // namespace harness

#endif /* TENANCY_TEST_HARNESS_HPP */
