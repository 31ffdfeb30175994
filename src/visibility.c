/*
 * visibility.c
 *	  Which objects exist as far as the session may know.
 *
 * The one answer that the catalog filter and the guards of built-in functions rest
 * on: an object in another tenant's schema, a tenant role of another, a large object
 * of another and a backend that serves another do not exist.
 *
 * Cannot tell: what has neither a schema nor an owner that says whose it is, such as
 * names of databases, login roles and publications of all tables.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "authority.h"
#include "binding.h"
#include "bridge.h"
#include "catalog/pg_am.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_language.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_largeobject_metadata.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_tablespace.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "compat.h"
#include "guard.h"
#include "miscadmin.h"
#include "placement.h"
#include "privileged.h"
#include "registry.h"
#include "sessions.h"
#include "utils/acl.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "visibility.h"
#include "visible_relations.h"
#include "whereabouts.h"

bool
visibility_is_limited(void)
{
	if (OidIsValid(guard_own_schema()))
		return true;
	return !privileged_is_running() && !authority_is_operator() && registry_is_installed();
}

/* Tells whether a tenant schema, or "none", is within the session's sight. */
static bool
is_own(Oid tenant)
{
	return !OidIsValid(tenant) || tenant == guard_own_schema();
}

/* Tells whether a role of this name is a tenant's and not the session's own. */
static bool
is_foreign_role(const char *name)
{
	Oid own = guard_own_schema();
	char *own_name;

	if (!bridge_is_tenant_schema(name))
		return false;
	own_name = OidIsValid(own) ? get_namespace_name(own) : NULL;
	return own_name == NULL || strcmp(own_name, name) != 0;
}

bool
visibility_of_schema_name(const char *name)
{
	return !visibility_is_limited() || !is_foreign_role(name);
}

/* Tells whether a role is shared or the session's own tenant's. */
static bool
is_visible_role(Oid role)
{
	char *name;
	bool result;

	/* Zero stands for PUBLIC, or for nobody. */
	if (role < FirstNormalObjectId)
		return true;
	name = GetUserNameFromId(role, true);
	if (name == NULL)
		return false;
	result = !is_foreign_role(name);
	pfree(name);
	return result;
}

/*
 * Tells whether a large object may be known.  It lies in no schema: it is its
 * owner's.  One that a role owns which several tenants have the rights of could be any
 * tenant's.
 */
static bool
is_visible_large_object(Oid object)
{
	Oid owner = placement_read_oid(LargeObjectMetadataRelationId,
								   LargeObjectMetadataOidIndexId,
								   object,
								   Anum_pg_largeobject_metadata_lomowner);

	if (!OidIsValid(owner) || !is_visible_role(owner))
		return false;
	/* Unbound, the login of a pool may own what it keeps for its tenants. */
	if (current_binding == NULL)
		return !authority_may_bind_any();
	if (owner == current_binding->tenant.role)
		return true;
	return !is_member_of_role_nosuper(current_binding->tenant.role, owner);
}

/* Tells whether a class has objects that lie in no schema and belong to nobody in particular. */
static bool
is_global(Oid class_id)
{
	switch (class_id)
	{
		case DatabaseRelationId:
		case TableSpaceRelationId:
		case LanguageRelationId:
		case AccessMethodRelationId:
		case ForeignDataWrapperRelationId:
		case ForeignServerRelationId:
		case UserMappingRelationId:
		case EventTriggerRelationId:
		case SubscriptionRelationId:
		case TransformRelationId:
			return true;
		default:
			return false;
	}
}

/* Tells whether a cast joins types that are both visible. */
static bool
is_visible_cast(Oid cast)
{
	return visibility_of(TypeRelationId,
						 placement_read_oid(CastRelationId, CastOidIndexId, cast, Anum_pg_cast_castsource)) &&
		   visibility_of(TypeRelationId,
						 placement_read_oid(CastRelationId, CastOidIndexId, cast, Anum_pg_cast_casttarget));
}

/* Tells whether any of the objects of a class is visible. */
static bool
is_any_visible(Oid class_id, List *objects)
{
	ListCell *cell;

	foreach (cell, objects)
	{
		if (visibility_of(class_id, lfirst_oid(cell)))
			return true;
	}
	return false;
}

/* Tells whether a publication publishes anything visible, or nothing in particular. */
static bool
is_visible_publication(Oid publication)
{
	List *relations = GetPublicationRelations(publication, PUBLICATION_PART_ROOT);
	List *schemas = schemas_of_publication(publication);

	if (relations == NIL && schemas == NIL)
		return true;
	return is_any_visible(RelationRelationId, relations) || is_any_visible(NamespaceRelationId, schemas);
}

bool
visibility_of(Oid class_id, Oid object)
{
	Oid tenant;
	bool visible;

	/* Large objects have numbers of their users' choice. */
	if (class_id == LargeObjectRelationId || class_id == LargeObjectMetadataRelationId)
		return is_visible_large_object(object);
	if (object < FirstNormalObjectId)
		return true;

	switch (class_id)
	{
		case NamespaceRelationId:
			return whereabouts_find_schema(object, &tenant) && is_own(tenant);
		case RelationRelationId:
			return visible_relations_know(object, &visible)
					   ? visible
					   : whereabouts_find_relation(object, &tenant, false) && is_own(tenant);
		case ProcedureRelationId:
			return whereabouts_find_function(object, &tenant) && is_own(tenant);
		case TypeRelationId:
			return whereabouts_find_type(object, &tenant) && is_own(tenant);
		case AuthIdRelationId:
			return is_visible_role(object);
		case CastRelationId:
			return is_visible_cast(object);
		case PublicationRelationId:
			return is_visible_publication(object);
		default:
			break;
	}
	if (is_global(class_id))
		return true;
	return whereabouts_find_schema(placement_schema(class_id, object), &tenant) && is_own(tenant);
}

bool
visibility_of_relation_in(Oid relation, Oid schema)
{
	Oid tenant;

	if (relation < FirstNormalObjectId)
		return true;
	/* A TOAST table is as visible as the table that it serves. */
	if (schema == PG_TOAST_NAMESPACE)
		return visibility_of(RelationRelationId, relation);
	return whereabouts_find_schema(schema, &tenant) && is_own(tenant);
}

bool
visibility_of_backend(int pid)
{
	return pid == MyProcPid || sessions_is_neighbour(pid, guard_own_schema());
}

bool
visibility_of_backend_number(int number)
{
	LOCAL_FCINFO(call, 1);
	FmgrInfo function;
	Datum pid;

	fmgr_info(F_PG_STAT_GET_BACKEND_PID, &function);
	InitFunctionCallInfoData(*call, &function, 1, InvalidOid, NULL, NULL);
	call->args[0].value = Int32GetDatum(number);
	call->args[0].isnull = false;
	pid = FunctionCallInvoke(call);
	return !call->isnull && visibility_of_backend(DatumGetInt32(pid));
}
