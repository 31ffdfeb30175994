/*
 * memory.hpp
 *	  The one thing core needs of its host: memory.
 *
 * The bridge implements Memory over a PostgreSQL memory context, the unit tests
 * over the heap.  A failed allocation is std::bad_alloc, the only exception core
 * ever throws.  What is allocated belongs to the Memory object; dropping the
 * memory context behind it frees everything at once.
 */
#ifndef TENANCY_CORE_MEMORY_HPP
#define TENANCY_CORE_MEMORY_HPP

#include <cstddef>
#include <limits>
#include <new>

namespace tenancy
{

class Memory
{
public:
	/* Returns size bytes aligned for any object, or throws std::bad_alloc. */
	virtual void *allocate(std::size_t size) = 0;

	/* Gives back what allocate() returned. */
	virtual void release(void *block) noexcept = 0;

protected:
	~Memory() = default;
};

/* Standard allocator over Memory; it cannot be made without one, so no container falls back to new. */
template <typename T> class Allocator
{
public:
	using value_type = T;

	explicit Allocator(Memory &memory) noexcept : memory_(&memory)
	{
	}

	template <typename U> Allocator(const Allocator<U> &other) noexcept : memory_(other.memory())
	{
	}

	/* Returns room for count objects; refuses sizes that do not fit. */
	T *allocate(std::size_t count)
	{
		if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
			throw std::bad_alloc();
		return static_cast<T *>(memory_->allocate(count * sizeof(T)));
	}

	/* Gives the room back. */
	void deallocate(T *block, std::size_t) noexcept
	{
		memory_->release(block);
	}

	/* Tells where this allocator's memory comes from. */
	Memory *memory() const noexcept
	{
		return memory_;
	}

private:
	Memory *memory_;
};

/* Two allocators are interchangeable when the same Memory stands behind both. */
template <typename T, typename U>
bool
operator==(const Allocator<T> &left, const Allocator<U> &right) noexcept
{
	return left.memory() == right.memory();
}

template <typename T, typename U>
bool
operator!=(const Allocator<T> &left, const Allocator<U> &right) noexcept
{
	return !(left == right);
}

} // namespace tenancy

#endif /* TENANCY_CORE_MEMORY_HPP */
