/*
 * schema_stamp.c
 *	  Which versions of their catalog rows make up a schema.
 *
 * A row that is changed gets another place or another writer, so that a description
 * of a schema is good as long as its stamp is the same: where all its rows lie, and who
 * wrote them.  The stamp is the list itself and no hash of it: two different states
 * never have the same one.  The rows of pg_depend that lead to the members are part of it,
 * and so nothing can join them unseen.  What the server updates in place (statistics and
 * hints in pg_class) is in no description; neither are values of sequences, which are no
 * catalog rows.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relscan.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_description.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_range.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_seclabel.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_shdepend.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_config_map.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "schema_stamp.h"
#include "utils/rel.h"

/* The column oid, the first of every catalog that has one. */
#define OID_COLUMN 1

/* Catalogs whose rows are part of an object of another catalog: the index and its first column lead to them. */
static const struct
{
	Oid owner_class;
	Oid catalog;
	Oid index;
	AttrNumber column;
} parts[] = {
	{RelationRelationId, AttributeRelationId, AttributeRelidNumIndexId, Anum_pg_attribute_attrelid},
	{RelationRelationId, IndexRelationId, IndexRelidIndexId, Anum_pg_index_indexrelid},
	{RelationRelationId, SequenceRelationId, SequenceRelidIndexId, Anum_pg_sequence_seqrelid},
	{RelationRelationId, InheritsRelationId, InheritsRelidSeqnoIndexId, Anum_pg_inherits_inhrelid},
	{RelationRelationId, PartitionedRelationId, PartitionedRelidIndexId, Anum_pg_partitioned_table_partrelid},
	{RelationRelationId, ForeignTableRelationId, ForeignTableRelidIndexId, Anum_pg_foreign_table_ftrelid},
	{RelationRelationId,
	 PublicationRelRelationId,
	 PublicationRelPrrelidPrpubidIndexId,
	 Anum_pg_publication_rel_prrelid},
	{TypeRelationId, EnumRelationId, EnumTypIdLabelIndexId, Anum_pg_enum_enumtypid},
	{TypeRelationId, RangeRelationId, RangeTypidIndexId, Anum_pg_range_rngtypid},
	{ProcedureRelationId, AggregateRelationId, AggregateFnoidIndexId, Anum_pg_aggregate_aggfnoid},
	{TSConfigRelationId, TSConfigMapRelationId, TSConfigMapIndexId, Anum_pg_ts_config_map_mapcfg},
};

/* Catalogs that the server's table of object classes may lack, with their indexes on oid. */
static const struct
{
	Oid class_id;
	Oid index;
} others[] = {
	{AttrDefaultRelationId, AttrDefaultOidIndexId},
	{DefaultAclRelationId, DefaultAclOidIndexId},
	{PublicationRelRelationId, PublicationRelObjectIndexId},
};

/* What is noted of a row: where it lies and who wrote it. */
typedef struct NotedRow
{
	Oid catalog;
	TransactionId writer;
	ItemPointerData place;
	uint16 unused;
} NotedRow;

/* Notes one row. */
static void
note_row(SchemaStamp *stamp, HeapTuple tuple)
{
	NotedRow row = {.catalog = tuple->t_tableOid,
					.writer = HeapTupleHeaderGetRawXmin(tuple->t_data),
					.place = tuple->t_self};

	appendBinaryStringInfo(&stamp->rows, (char *) &row, sizeof(row));
	if (TransactionIdIsCurrentTransactionId(row.writer))
		stamp->settled = false;
}

/*
 * Notes the rows of a range that are about neighbours.  owner is the column with the
 * object's OID, by which the index orders them.
 */
static void
note_range(CatalogReader *reader, SchemaStamp *stamp, const ObjectSet *set, int from, int to, Oid catalog, Oid index,
		   const CatalogRange *range, AttrNumber owner)
{
	SysScanDesc scan = catalog_reader_scan(reader, catalog, index, range);
	TupleDesc descriptor;
	HeapTuple tuple;

	if (scan == NULL)
		return;
	descriptor = RelationGetDescr(scan->heap_rel);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool isnull;
		Oid object = DatumGetObjectId(heap_getattr(tuple, owner, descriptor, &isnull));

		while (from < to && set->objects[from].objectId < object)
			from++;
		if (from < to && set->objects[from].objectId == object)
			note_row(stamp, tuple);
	}
	systable_endscan(scan);
}

/* Notes neighbours' own rows; a class that nothing is known of spoils the stamp. */
static void
note_own_rows(CatalogReader *reader, SchemaStamp *stamp, const ObjectSet *set, int from, int to)
{
	Oid class_id = set->objects[from].classId;
	CatalogRange range = {.columns = {OID_COLUMN},
						  .first = set->objects[from].objectId,
						  .last = set->objects[to - 1].objectId};
	Oid index = InvalidOid;

	for (int i = 0; i < (int) lengthof(others); i++)
	{
		if (others[i].class_id == class_id)
			index = others[i].index;
	}
	if (!OidIsValid(index) && is_objectclass_supported(class_id))
		index = get_object_oid_index(class_id);
	if (OidIsValid(index))
		note_range(reader, stamp, set, from, to, class_id, index, &range, OID_COLUMN);
	else
		stamp->settled = false;
}

/* Notes the rows that are part of neighbours. */
static void
note_parts(CatalogReader *reader, SchemaStamp *stamp, const ObjectSet *set, int from, int to)
{
	Oid class_id = set->objects[from].classId;

	for (int i = 0; i < (int) lengthof(parts); i++)
	{
		CatalogRange range = {.columns = {parts[i].column},
							  .first = set->objects[from].objectId,
							  .last = set->objects[to - 1].objectId};

		if (parts[i].owner_class == class_id)
			note_range(reader, stamp, set, from, to, parts[i].catalog, parts[i].index, &range, parts[i].column);
	}
}

/*
 * Tells whether an object of a catalog may come to depend on something outside of the
 * schema without a change of its own row: as a member of an extension.
 */
static bool
may_join_extension(Oid class_id)
{
	return class_id != ConstraintRelationId && class_id != AttrDefaultRelationId && class_id != TriggerRelationId &&
		   class_id != RewriteRelationId;
}

/* Notes what is said of neighbours in other catalogs: dependencies both ways, roles, comments, labels. */
static void
note_relations(CatalogReader *reader, SchemaStamp *stamp, const ObjectSet *set, int from, int to)
{
	Oid class_id = set->objects[from].classId;
	CatalogRange by_reference = object_set_dependencies(set, from, to, true);
	CatalogRange by_dependent = object_set_dependencies(set, from, to, false);
	CatalogRange shared = object_set_shared(set, from, to);
	CatalogRange described = {.columns = {Anum_pg_description_objoid},
							  .first = by_reference.first,
							  .last = by_reference.last};
	CatalogRange labelled = {.columns = {Anum_pg_seclabel_objoid},
							 .first = by_reference.first,
							 .last = by_reference.last};

	note_range(reader,
			   stamp,
			   set,
			   from,
			   to,
			   DependRelationId,
			   DependReferenceIndexId,
			   &by_reference,
			   Anum_pg_depend_refobjid);
	if (may_join_extension(class_id))
		note_range(reader,
				   stamp,
				   set,
				   from,
				   to,
				   DependRelationId,
				   DependDependerIndexId,
				   &by_dependent,
				   Anum_pg_depend_objid);
	note_range(reader,
			   stamp,
			   set,
			   from,
			   to,
			   SharedDependRelationId,
			   SharedDependDependerIndexId,
			   &shared,
			   Anum_pg_shdepend_objid);
	/* With a comment on an object of another catalog that has the same OID, now and then. */
	note_range(reader,
			   stamp,
			   set,
			   from,
			   to,
			   DescriptionRelationId,
			   DescriptionObjIndexId,
			   &described,
			   Anum_pg_description_objoid);
	note_range(reader,
			   stamp,
			   set,
			   from,
			   to,
			   SecLabelRelationId,
			   SecLabelObjectIndexId,
			   &labelled,
			   Anum_pg_seclabel_objoid);
}

SchemaStamp *
schema_stamp(const SchemaContents *contents)
{
	SchemaStamp *stamp = palloc0(sizeof(SchemaStamp));
	CatalogReader reader;

	/* Without their indexes rows come in no order, and some are passed over. */
	stamp->settled = !IgnoreSystemIndexes;
	initStringInfo(&stamp->rows);
	catalog_reader_begin(&reader);
	for (int from = 0, to; from < contents->members.count; from = to)
	{
		CHECK_FOR_INTERRUPTS();
		to = object_set_neighbours(&contents->members, from);
		note_own_rows(&reader, stamp, &contents->members, from, to);
		note_parts(&reader, stamp, &contents->members, from, to);
		note_relations(&reader, stamp, &contents->members, from, to);
	}
	for (int from = 0, to; from < contents->named.count; from = to)
	{
		to = object_set_neighbours(&contents->named, from);
		note_own_rows(&reader, stamp, &contents->named, from, to);
		note_parts(&reader, stamp, &contents->named, from, to);
	}
	catalog_reader_end(&reader);
	return stamp;
}
