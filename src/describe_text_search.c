/*
 * describe_text_search.c
 *	  Text search dictionaries and configurations, and conversions between encodings.
 */
#include "postgres.h"

#include "description_parts.h"

/* clang-format off */
static const DescriptionQuery queries[] = {
	{"pg_ts_dict", "SELECT t.class, t.oid AS object, 'text search dictionary' AS kind, quote_ident(t.dictname) AS identity, "
	"'CREATE TEXT SEARCH DICTIONARY ' || quote_ident(t.dictname) || ' (TEMPLATE = ' || m.tmplnamespace::regnamespace || '.' "
	"|| quote_ident(m.tmplname) || coalesce(', ' || t.dictinitoption, '') || ')' AS definition, "
	"'TEXT SEARCH DICTIONARY ' || t.oid::regdictionary AS target, " COMMENT_OF("t.class", "t.oid", "0") " "
	"FROM " IN_SCHEMA("pg_ts_dict") " t JOIN pg_ts_template m ON m.oid = t.dicttemplate ORDER BY t.dictname"},

	{"pg_ts_config", "SELECT t.class, t.oid AS object, 'text search configuration' AS kind, quote_ident(t.cfgname) AS "
	"identity, "
	"'CREATE TEXT SEARCH CONFIGURATION ' || quote_ident(t.cfgname) || ' (PARSER = ' || p.prsnamespace::regnamespace || '.' "
	"|| quote_ident(p.prsname) || ')' AS definition, "
	"'TEXT SEARCH CONFIGURATION ' || t.oid::regconfig AS target, " COMMENT_OF("t.class", "t.oid", "0") " "
	"FROM " IN_SCHEMA("pg_ts_config") " t JOIN pg_ts_parser p ON p.oid = t.cfgparser ORDER BY t.cfgname"},

	/* The dictionaries that a configuration asks for each kind of token. */
	{"pg_ts_config", "SELECT t.class, t.oid AS object, 'text search mapping' AS kind, quote_ident(t.cfgname) || ' for ' || "
	"k.alias AS identity, "
	"true AS late, 'ALTER TEXT SEARCH CONFIGURATION ' || t.oid::regconfig || ' ADD MAPPING FOR ' || quote_ident(k.alias) "
	"|| ' WITH ' || string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS definition "
	"FROM " IN_SCHEMA("pg_ts_config") " t JOIN pg_ts_config_map m ON m.mapcfg = t.oid "
	"JOIN LATERAL ts_token_type(t.cfgparser) k ON k.tokid = m.maptokentype "
	"GROUP BY t.class, t.oid, t.cfgname, k.alias ORDER BY t.cfgname, k.alias"},

	{"pg_conversion", "SELECT c.class, c.oid AS object, 'conversion' AS kind, quote_ident(c.conname) AS identity, "
	"'CREATE ' || CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END || 'CONVERSION ' || quote_ident(c.conname) || ' FOR ' "
	"|| quote_literal(pg_encoding_to_char(c.conforencoding)) || ' TO ' || "
	"quote_literal(pg_encoding_to_char(c.contoencoding)) "
	"|| ' FROM ' || c.conproc AS definition, 'CONVERSION ' || quote_ident(c.conname) AS target, " COMMENT_OF("c.class",
	"c.oid", "0") " FROM " IN_SCHEMA("pg_conversion") " c ORDER BY c.conname"},
};
/* clang-format on */

static SPIPlanPtr plans[lengthof(queries)];

void
describe_text_search(Description *description)
{
	description_collect(description, queries, plans, lengthof(queries));
}
