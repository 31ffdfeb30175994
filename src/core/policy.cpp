/*
 * policy.cpp
 *	  The decisions: who may bind to whom, and who may reach which schema.
 */
#include "policy.hpp"

namespace tenancy
{

TenancyVerdict
decide_bind(const TenancyBindFacts &facts) noexcept
{
	if (!facts.tenant_known && facts.unknown_is_other)
	{
		if (facts.transaction_has_other)
			return TENANCY_REBIND_IN_TRANSACTION;
		if (facts.session_served_other && facts.rebind == TENANCY_REBIND_NEVER_AGAIN)
			return facts.in_transaction ? TENANCY_REBIND_IN_TRANSACTION : TENANCY_REBIND_NEVER;
	}
	if (!facts.tenant_known)
		return facts.session_may_bind_any ? TENANCY_UNKNOWN_TENANT : TENANCY_MAY_NOT_BIND;
	if (!facts.session_may_bind_any && !facts.session_has_role)
		return TENANCY_MAY_NOT_BIND;
	if (facts.transaction_has_other)
		return TENANCY_REBIND_IN_TRANSACTION;
	if (facts.session_served_other && facts.rebind == TENANCY_REBIND_NEVER_AGAIN)
		return facts.in_transaction ? TENANCY_REBIND_IN_TRANSACTION : TENANCY_REBIND_NEVER;
	if (facts.status != TENANCY_STATUS_ACTIVE)
		return TENANCY_NOT_ACTIVE;
	if (!facts.role_fits)
		return TENANCY_UNFIT_ROLE;
	return TENANCY_ALLOW;
}

TenancyVerdict
decide_access(const TenancyAccessFacts &facts) noexcept
{
	if (facts.schema == 0)
		return TENANCY_ALLOW;
	if (facts.bound)
		return facts.schema == facts.bound_schema ? TENANCY_ALLOW : TENANCY_DENY_CROSS_TENANT;
	return facts.exempt ? TENANCY_ALLOW : TENANCY_DENY_UNBOUND;
}

} // namespace tenancy
