/*
 * policy.hpp
 *	  The decisions: who may bind to whom, and who may reach which schema.
 *
 * Pure functions of their facts.
 */
#ifndef TENANCY_CORE_POLICY_HPP
#define TENANCY_CORE_POLICY_HPP

#include "verdict.h"

namespace tenancy
{

/*
 * Decides whether a session may be bound to a tenant now.  The order of the
 * answers matters: what a caller without rights learns is that he has none, not
 * whether the tenant is suspended.
 */
TenancyVerdict decide_bind(const TenancyBindFacts &facts) noexcept;

/* Decides whether a session may reach a schema, by name or by the objects in it. */
TenancyVerdict decide_access(const TenancyAccessFacts &facts) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_POLICY_HPP */
