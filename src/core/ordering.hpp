/*
 * ordering.hpp
 *	  An order in which the parts of a schema can be made.
 *
 * A part may have a host, the statement of which can make it too if everything else
 * that the part needs is there by then: a foreign key in CREATE TABLE, say.  Otherwise
 * the part gets a statement of its own after its host.
 */
#ifndef TENANCY_CORE_ORDERING_HPP
#define TENANCY_CORE_ORDERING_HPP

#include <cstddef>
#include <cstdint>

#include "memory.hpp"
#include "verdict.h"

namespace tenancy
{

/*
 * Orders parts so that each comes after those that it needs, and inside its host where
 * that is possible; else those of lower number first.  hosts[i] is the host of part i,
 * or TENANCY_NO_HOST; a host has none itself.  Writes what was ordered, a part that is
 * made by its host's statement right after the host, and returns how many those are:
 * fewer than count if the rest need each other in a circle.
 */
std::size_t order_parts(const uint32_t *hosts, std::size_t count, const TenancyNeed *needs, std::size_t need_count,
						TenancyOrderedPart *ordered, Memory &memory);

} // namespace tenancy

#endif /* TENANCY_CORE_ORDERING_HPP */
