/*
 * policy.cpp
 *	  Every combination of facts against the rules as they are worded in the contract.
 */
#include "core/policy.hpp"

#include "harness.hpp"

using harness::check;

namespace
{

/* Tells whether a binding is granted only when each single rule grants it. */
bool
bind_rules_hold()
{
	for (unsigned bits = 0; bits < 128; bits++)
	{
		for (int status = TENANCY_STATUS_ACTIVE; status <= TENANCY_STATUS_DELETED; status++)
		{
			TenancyBindFacts facts{};
			facts.session_may_bind_any = bits & 1;
			facts.session_has_role = bits & 2;
			facts.tenant_known = bits & 4;
			facts.session_served_other = bits & 8;
			facts.transaction_has_other = bits & 16;
			facts.in_transaction = bits & 32;
			facts.rebind = bits & 64 ? TENANCY_REBIND_PER_TRANSACTION : TENANCY_REBIND_NEVER_AGAIN;
			facts.status = static_cast<TenancyStatus>(status);
			facts.role_fits = true;

			bool authorised = facts.session_may_bind_any || (facts.tenant_known && facts.session_has_role);
			bool free_to_bind = !facts.transaction_has_other &&
								(!facts.session_served_other || facts.rebind == TENANCY_REBIND_PER_TRANSACTION);
			bool expected = authorised && facts.tenant_known && free_to_bind && facts.status == TENANCY_STATUS_ACTIVE;
			TenancyVerdict verdict = tenancy::decide_bind(facts);

			if ((verdict == TENANCY_ALLOW) != expected)
				return false;
			/* Who may not bind learns nothing else. */
			if (!authorised && verdict != TENANCY_MAY_NOT_BIND)
				return false;
		}
	}
	return true;
}

/* Returns facts of a binding that is granted. */
TenancyBindFacts
good_facts()
{
	TenancyBindFacts facts{};
	facts.session_may_bind_any = true;
	facts.tenant_known = true;
	facts.role_fits = true;
	return facts;
}

/* Decides about an access. */
TenancyVerdict
access(bool bound, bool exempt, uint32_t bound_schema, uint32_t schema)
{
	return tenancy::decide_access({bound, exempt, bound_schema, schema});
}

} // namespace

int
main()
{
	check(bind_rules_hold(), "a binding is granted only when every rule grants it");

	TenancyBindFacts facts = good_facts();
	facts.tenant_known = false;
	check(tenancy::decide_bind(facts) == TENANCY_UNKNOWN_TENANT, "an unknown tenant is named to those who may bind");
	facts.session_may_bind_any = false;
	check(tenancy::decide_bind(facts) == TENANCY_MAY_NOT_BIND, "and not to others");

	facts = good_facts();
	facts.status = TENANCY_STATUS_SUSPENDED;
	check(tenancy::decide_bind(facts) == TENANCY_NOT_ACTIVE, "a suspended tenant is refused");

	facts = good_facts();
	facts.session_served_other = true;
	check(tenancy::decide_bind(facts) == TENANCY_REBIND_NEVER, "a session serves one tenant by default");
	facts.in_transaction = true;
	check(tenancy::decide_bind(facts) == TENANCY_REBIND_IN_TRANSACTION, "in a transaction block the code differs");
	facts.rebind = TENANCY_REBIND_PER_TRANSACTION;
	check(tenancy::decide_bind(facts) == TENANCY_ALLOW, "a pooled session may serve another");
	facts.transaction_has_other = true;
	check(tenancy::decide_bind(facts) == TENANCY_REBIND_IN_TRANSACTION, "but not within a transaction");

	facts = good_facts();
	facts.role_fits = false;
	check(tenancy::decide_bind(facts) == TENANCY_UNFIT_ROLE, "a tenant role with rights over others is refused");

	check(access(true, false, 5, 0) == TENANCY_ALLOW, "bound: shared objects");
	check(access(true, false, 5, 5) == TENANCY_ALLOW, "bound: the own schema");
	check(access(true, false, 5, 6) == TENANCY_DENY_CROSS_TENANT, "bound: no other schema");
	check(access(true, true, 5, 6) == TENANCY_DENY_CROSS_TENANT, "bound: no exemption, not even a superuser's");
	check(access(true, false, 0, 6) == TENANCY_DENY_CROSS_TENANT, "bound without a schema: nothing");
	check(access(false, false, 0, 0) == TENANCY_ALLOW, "unbound: shared objects");
	check(access(false, false, 0, 6) == TENANCY_DENY_UNBOUND, "unbound: no tenant schema");
	check(access(false, true, 0, 6) == TENANCY_ALLOW, "unbound superuser: everything");
	return harness::finish();
}
