/*
 * catalog_filter.c
 *	  Rows of system catalogs that belong to other tenants.
 *
 * Closes: names, definitions, comments, dependencies and statistics of other
 * tenants' objects in pg_catalog, and in all that is built on it: information_schema,
 * pg_stat_ and pg_statio_ views of relations and functions, pg_stats, psql's commands,
 * functions in SQL.  A filter is added to each catalog of a query when the planner
 * asks for the relation, as a security qualification of its own: it is evaluated
 * before conditions that could tell what they see, whatever the scan, and reaches
 * catalogs that come into a query only in the planner.  The filter asks at run
 * time; so a plan that has it is right for any tenant.  Plans made while the session
 * was not limited have none and are thrown away before it is.
 *
 * Cannot close: the number of rows of a catalog as the planner estimates it (EXPLAIN
 * of catalogs is refused, see utility.c), and catalogs that are copied without a plan
 * (COPY of a catalog is refused there, too).
 *
 * Costs nothing in queries that touch no catalog.  The estimate of how many rows pass
 * (tenancy.is_visible_support) makes introspection begin with the tenant's own.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_auth_members.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_description.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_init_privs.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_largeobject_metadata.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_range.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_seclabel.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_shdepend.h"
#include "catalog/pg_shdescription.h"
#include "catalog/pg_shseclabel.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_statistic_ext_data.h"
#include "catalog/pg_subscription_rel.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_config_map.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "catalog_filter.h"
#include "compat.h"
#include "errors.h"
#include "extension_objects.h"
#include "fmgr.h"
#include "guard.h"
#include "naming.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/pathnode.h"
#include "parser/parsetree.h"
#include "plans.h"
#include "query_guard.h"
#include "settings.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "visibility.h"

PG_FUNCTION_INFO_V1(tenancy_is_visible);
PG_FUNCTION_INFO_V1(tenancy_is_visible_relation);
PG_FUNCTION_INFO_V1(tenancy_is_visible_statistics);
PG_FUNCTION_INFO_V1(tenancy_is_visible_support);

/* What the columns of a catalog say about whose a row is. */
typedef enum FilterKind
{
	FILTER_BY_CLASS,	   /* the column is the OID of an object of the class given */
	FILTER_BY_OBJECT,	   /* two columns are class and OID of an object */
	FILTER_BY_RELATION_IN, /* two columns are the OID and the schema of a relation */
	FILTER_BY_STATISTICS /* the columns are the relation, and which column of it the row has statistics of; 0: any */
} FilterKind;

typedef struct FilterRule
{
	Oid catalog;
	FilterKind kind;
	AttrNumber column;
	AttrNumber second; /* of two columns; else 0 */
	Oid class_id;	   /* for FILTER_BY_CLASS */
} FilterRule;

#define BY_CLASS(catalog, column, class_id)           \
	{                                                 \
		catalog, FILTER_BY_CLASS, column, 0, class_id \
	}
#define BY_OBJECT(catalog, class_column, object_column)                    \
	{                                                                      \
		catalog, FILTER_BY_OBJECT, class_column, object_column, InvalidOid \
	}

/* The catalogs whose rows belong to somebody; a row must pass all rules of its catalog. */
static const FilterRule rules[] = {
	{RelationRelationId, FILTER_BY_RELATION_IN, Anum_pg_class_oid, Anum_pg_class_relnamespace, InvalidOid},
	BY_CLASS(AttributeRelationId, Anum_pg_attribute_attrelid, RelationRelationId),
	BY_CLASS(NamespaceRelationId, Anum_pg_namespace_oid, NamespaceRelationId),
	BY_CLASS(TypeRelationId, Anum_pg_type_typnamespace, NamespaceRelationId),
	BY_CLASS(ProcedureRelationId, Anum_pg_proc_pronamespace, NamespaceRelationId),
	BY_CLASS(ConstraintRelationId, Anum_pg_constraint_connamespace, NamespaceRelationId),
	BY_CLASS(ConstraintRelationId, Anum_pg_constraint_confrelid, RelationRelationId),
	BY_CLASS(IndexRelationId, Anum_pg_index_indrelid, RelationRelationId),
	BY_CLASS(AttrDefaultRelationId, Anum_pg_attrdef_adrelid, RelationRelationId),
	BY_CLASS(TriggerRelationId, Anum_pg_trigger_tgrelid, RelationRelationId),
	BY_CLASS(TriggerRelationId, Anum_pg_trigger_tgconstrrelid, RelationRelationId),
	BY_CLASS(RewriteRelationId, Anum_pg_rewrite_ev_class, RelationRelationId),
	BY_CLASS(PolicyRelationId, Anum_pg_policy_polrelid, RelationRelationId),
	BY_CLASS(SequenceRelationId, Anum_pg_sequence_seqrelid, RelationRelationId),
	BY_CLASS(InheritsRelationId, Anum_pg_inherits_inhrelid, RelationRelationId),
	BY_CLASS(InheritsRelationId, Anum_pg_inherits_inhparent, RelationRelationId),
	BY_CLASS(PartitionedRelationId, Anum_pg_partitioned_table_partrelid, RelationRelationId),
	BY_CLASS(ForeignTableRelationId, Anum_pg_foreign_table_ftrelid, RelationRelationId),
	BY_CLASS(PublicationRelRelationId, Anum_pg_publication_rel_prrelid, RelationRelationId),
	BY_CLASS(PublicationRelationId, Anum_pg_publication_oid, PublicationRelationId),
	BY_CLASS(SubscriptionRelRelationId, Anum_pg_subscription_rel_srrelid, RelationRelationId),
	{StatisticRelationId, FILTER_BY_STATISTICS, Anum_pg_statistic_starelid, Anum_pg_statistic_staattnum, InvalidOid},
	BY_CLASS(StatisticExtRelationId, Anum_pg_statistic_ext_stxnamespace, NamespaceRelationId),
	{StatisticExtRelationId, FILTER_BY_STATISTICS, Anum_pg_statistic_ext_stxrelid, 0, InvalidOid},
	BY_CLASS(StatisticExtDataRelationId, Anum_pg_statistic_ext_data_stxoid, StatisticExtRelationId),
	BY_CLASS(EnumRelationId, Anum_pg_enum_enumtypid, TypeRelationId),
	BY_CLASS(RangeRelationId, Anum_pg_range_rngtypid, TypeRelationId),
	BY_CLASS(TransformRelationId, Anum_pg_transform_trftype, TypeRelationId),
	BY_CLASS(CastRelationId, Anum_pg_cast_castsource, TypeRelationId),
	BY_CLASS(CastRelationId, Anum_pg_cast_casttarget, TypeRelationId),
	BY_CLASS(AggregateRelationId, Anum_pg_aggregate_aggfnoid, ProcedureRelationId),
	BY_CLASS(OperatorRelationId, Anum_pg_operator_oprnamespace, NamespaceRelationId),
	BY_CLASS(OperatorClassRelationId, Anum_pg_opclass_opcnamespace, NamespaceRelationId),
	BY_CLASS(OperatorFamilyRelationId, Anum_pg_opfamily_opfnamespace, NamespaceRelationId),
	BY_CLASS(AccessMethodOperatorRelationId, Anum_pg_amop_amopfamily, OperatorFamilyRelationId),
	BY_CLASS(AccessMethodProcedureRelationId, Anum_pg_amproc_amprocfamily, OperatorFamilyRelationId),
	BY_CLASS(CollationRelationId, Anum_pg_collation_collnamespace, NamespaceRelationId),
	BY_CLASS(ConversionRelationId, Anum_pg_conversion_connamespace, NamespaceRelationId),
	BY_CLASS(TSConfigRelationId, Anum_pg_ts_config_cfgnamespace, NamespaceRelationId),
	BY_CLASS(TSConfigMapRelationId, Anum_pg_ts_config_map_mapcfg, TSConfigRelationId),
	BY_CLASS(TSDictionaryRelationId, Anum_pg_ts_dict_dictnamespace, NamespaceRelationId),
	BY_CLASS(TSParserRelationId, Anum_pg_ts_parser_prsnamespace, NamespaceRelationId),
	BY_CLASS(TSTemplateRelationId, Anum_pg_ts_template_tmplnamespace, NamespaceRelationId),
	BY_CLASS(ExtensionRelationId, Anum_pg_extension_extnamespace, NamespaceRelationId),
	BY_CLASS(DefaultAclRelationId, Anum_pg_default_acl_defaclrole, AuthIdRelationId),
	BY_CLASS(DefaultAclRelationId, Anum_pg_default_acl_defaclnamespace, NamespaceRelationId),
	BY_OBJECT(DependRelationId, Anum_pg_depend_classid, Anum_pg_depend_objid),
	BY_OBJECT(DependRelationId, Anum_pg_depend_refclassid, Anum_pg_depend_refobjid),
	BY_OBJECT(SharedDependRelationId, Anum_pg_shdepend_classid, Anum_pg_shdepend_objid),
	BY_OBJECT(SharedDependRelationId, Anum_pg_shdepend_refclassid, Anum_pg_shdepend_refobjid),
	BY_OBJECT(DescriptionRelationId, Anum_pg_description_classoid, Anum_pg_description_objoid),
	BY_OBJECT(SharedDescriptionRelationId, Anum_pg_shdescription_classoid, Anum_pg_shdescription_objoid),
	BY_OBJECT(SecLabelRelationId, Anum_pg_seclabel_classoid, Anum_pg_seclabel_objoid),
	BY_OBJECT(SharedSecLabelRelationId, Anum_pg_shseclabel_classoid, Anum_pg_shseclabel_objoid),
	BY_OBJECT(InitPrivsRelationId, Anum_pg_init_privs_classoid, Anum_pg_init_privs_objoid),
	BY_CLASS(LargeObjectRelationId, Anum_pg_largeobject_loid, LargeObjectRelationId),
	BY_CLASS(LargeObjectMetadataRelationId, Anum_pg_largeobject_metadata_oid, LargeObjectRelationId),
	BY_CLASS(AuthIdRelationId, Anum_pg_authid_oid, AuthIdRelationId),
	BY_CLASS(AuthMemRelationId, Anum_pg_auth_members_roleid, AuthIdRelationId),
	BY_CLASS(AuthMemRelationId, Anum_pg_auth_members_member, AuthIdRelationId),
	BY_CLASS(AuthMemRelationId, Anum_pg_auth_members_grantor, AuthIdRelationId),
	BY_CLASS(DbRoleSettingRelationId, Anum_pg_db_role_setting_setrole, AuthIdRelationId),
	BY_CLASS(UserMappingRelationId, Anum_pg_user_mapping_umuser, AuthIdRelationId),
#ifdef HAVE_SCHEMA_PUBLICATIONS
	BY_CLASS(PublicationNamespaceRelationId, Anum_pg_publication_namespace_pnnspid, NamespaceRelationId),
#endif
};

/* The catalogs that belong to nobody in particular, by name: some majors do not have some of them. */
static const char *const shared_catalogs[] = {
	"pg_am",
	"pg_database",
	"pg_event_trigger",
	"pg_foreign_data_wrapper",
	"pg_foreign_server",
	"pg_language",
	"pg_parameter_acl",
	"pg_replication_origin",
	"pg_subscription",
	"pg_tablespace",
};

bool
catalog_filter_is_on(void)
{
	return tenancy_hide_catalogs && visibility_is_limited();
}

/* Tells whether a relation is a catalog: the tables of information_schema are not. */
static bool
is_catalog(Oid relation)
{
	return relation < FirstNormalObjectId && get_rel_namespace(relation) == PG_CATALOG_NAMESPACE;
}

/* Tells whether a catalog belongs to nobody in particular. */
static bool
is_shared_catalog(Oid relation)
{
	char *name = get_rel_name(relation);

	for (int i = 0; i < (int) lengthof(shared_catalogs); i++)
	{
		if (strcmp(name, shared_catalogs[i]) == 0)
			return true;
	}
	return false;
}

bool
catalog_filter_applies_to(Oid relation)
{
	return is_catalog(relation) && !is_shared_catalog(relation);
}

/* Makes a reference to a column of the relation, as an OID: one catalog's is of type regproc. */
static Node *
column_of(Oid catalog, const RelOptInfo *info, AttrNumber column)
{
	Oid type = get_atttype(catalog, column);
	Var *reference = makeVar(info->relid, column, type, -1, InvalidOid, 0);

	if (type == OIDOID)
		return (Node *) reference;
	return (Node *) makeRelabelType((Expr *) reference, OIDOID, -1, InvalidOid, COERCE_IMPLICIT_CAST);
}

/* Makes the condition of one rule. */
static FuncExpr *
make_condition(const FilterRule *rule, const RelOptInfo *info)
{
	ExtensionFunction function = FUNCTION_IS_VISIBLE;
	List *arguments = NIL;

	switch (rule->kind)
	{
		case FILTER_BY_CLASS:
			arguments = list_make2(extension_oid(rule->class_id), column_of(rule->catalog, info, rule->column));
			break;
		case FILTER_BY_OBJECT:
			function = FUNCTION_IS_VISIBLE_OBJECT;
			arguments = list_make2(column_of(rule->catalog, info, rule->column),
								   column_of(rule->catalog, info, rule->second));
			break;
		case FILTER_BY_RELATION_IN:
			function = FUNCTION_IS_VISIBLE_RELATION;
			arguments = list_make2(column_of(rule->catalog, info, rule->column),
								   column_of(rule->catalog, info, rule->second));
			break;
		case FILTER_BY_STATISTICS:
			function = FUNCTION_IS_VISIBLE_STATISTICS;
			arguments =
				list_make2(column_of(rule->catalog, info, rule->column),
						   rule->second != 0 ? (Node *) makeVar(info->relid, rule->second, INT2OID, -1, InvalidOid, 0)
											 : (Node *) makeConst(INT2OID,
																  -1,
																  InvalidOid,
																  sizeof(int16),
																  Int16GetDatum(0),
																  false,
																  true));
			break;
	}
	return extension_call(function, BOOLOID, arguments, InvalidOid);
}

/* Tells whether a relation has its filter already: a query may be planned again from a copy of its tree. */
static bool
has_filter(const RangeTblEntry *entry)
{
	List *first;

	if (entry->securityQuals == NIL)
		return false;
	first = linitial(entry->securityQuals);
	return IsA(first, List) && IsA(linitial(first), FuncExpr) &&
		   extension_has_function(linitial_node(FuncExpr, first)->funcid);
}

void
catalog_filter_add(PlannerInfo *root, Oid relation, RelOptInfo *info)
{
	RangeTblEntry *entry;
	List *conditions = NIL;

	if (relation >= FirstNormalObjectId)
		return;
	if (!catalog_filter_is_on())
	{
		plans_note_unguarded();
		return;
	}
	entry = planner_rt_fetch(info->relid, root);
	if (has_filter(entry))
		return;
	for (int i = 0; i < (int) lengthof(rules); i++)
	{
		if (rules[i].catalog == relation)
			conditions = lappend(conditions, make_condition(&rules[i], info));
	}
	if (conditions == NIL)
	{
		if (catalog_filter_applies_to(relation))
			guard_refuse_statement(psprintf("reading \"%s\"", get_rel_name(relation)));
		return;
	}
	entry->securityQuals = lcons(conditions, entry->securityQuals);
	root->qual_security_level = Max(root->qual_security_level, (Index) list_length(entry->securityQuals));
}

/*
 * tenancy.is_visible(class, object), tenancy.is_visible_object(class, object): tells
 * whether the session may know an object.  The second has a higher cost, for rows about
 * objects of any class.
 */
Datum
tenancy_is_visible(PG_FUNCTION_ARGS)
{
	Oid class_id = PG_GETARG_OID(0);
	Oid object = PG_GETARG_OID(1);

	if ((object < FirstNormalObjectId && class_id != LargeObjectRelationId) || !catalog_filter_is_on())
		PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(visibility_of(class_id, object));
}

/* tenancy.is_visible_relation(relation, schema): the same for a relation whose schema is at hand. */
Datum
tenancy_is_visible_relation(PG_FUNCTION_ARGS)
{
	if (!catalog_filter_is_on())
		PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(visibility_of_relation_in(PG_GETARG_OID(0), PG_GETARG_OID(1)));
}

/*
 * tenancy.is_visible_statistics(relation, column): the same for statistics, which tell of
 * others' rows where they are about a catalog, or about a parent of others' tables.
 */
Datum
tenancy_is_visible_statistics(PG_FUNCTION_ARGS)
{
	Oid relation = PG_GETARG_OID(0);

	if (!catalog_filter_is_on())
		PG_RETURN_BOOL(true);
	if (relation < FirstNormalObjectId || !visibility_of(RelationRelationId, relation))
		PG_RETURN_BOOL(false);
	/* Extended statistics show values as text; of others query_guard.c sees the values. */
	if (PG_GETARG_INT16(1) == 0 && naming_column(relation, 0))
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(!guard_has_foreign_child(relation));
}

/* Tells how many schemas of tenants there are, about. */
static double
estimate_tenants(void)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(NamespaceRelationId));
	double schemas = 0;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);

		/* Before the first ANALYZE the number of pages must do. */
		schemas = form->reltuples >= 0 ? form->reltuples : 40.0 * Max(form->relpages, 1);
		ReleaseSysCache(tuple);
	}
	return Max(schemas, 1.0);
}

/*
 * tenancy.is_visible_support(): planner support of the filter's functions.  Of a
 * catalog what the system brings is visible, and of the rest one tenant's share.
 */
Datum
tenancy_is_visible_support(PG_FUNCTION_ARGS)
{
	/* Rows of a catalog that initdb makes, at most: pg_proc has some 3,200. */
	const double system_rows = 500.0;
	SupportRequestSelectivity *request = (SupportRequestSelectivity *) PG_GETARG_POINTER(0);
	Node *argument;
	double share;

	if (!IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(NULL);
	share = 1.0 / estimate_tenants();
	argument = strip_implicit_coercions((Node *) llast(request->args));
	if (IsA(argument, Var) && request->root != NULL)
	{
		RelOptInfo *info = find_base_rel(request->root, castNode(Var, argument)->varno);

		if (info->tuples > system_rows)
			share += system_rows / info->tuples;
		else
			share = 1.0;
	}
	request->selectivity = Min(share, 1.0);
	PG_RETURN_POINTER(request);
}
