/*
 * rename.cpp
 *	  Where a text of SQL speaks of a schema.
 */
#include "core/rename.hpp"

#include <string>
#include <vector>

#include "harness.hpp"

using harness::check;

namespace
{

/* Keeps what is found. */
class Collector final : public tenancy::ReferenceSink
{
public:
	void take(const TenancyReference &reference) override
	{
		references.push_back(reference);
	}

	std::vector<TenancyReference> references;
};

/* Returns a text that speaks of tenant_a made to speak of <>, or the word for its trouble. */
std::string
renamed(std::string text, const std::string &name = "tenant_a")
{
	Collector found;
	std::size_t position = 0;

	switch (tenancy::find_references(text, name, found, position))
	{
		case TENANCY_TROUBLE_ESCAPED:
			return "escaped";
		case TENANCY_TROUBLE_COMPONENT:
			return "component";
		default:
			break;
	}
	for (std::size_t i = found.references.size(); i-- > 0;)
		text.replace(found.references[i].offset, name.size(), "<>");
	return text;
}

/* Checks what becomes of a text. */
void
becomes(const char *name, const std::string &text, const std::string &expected)
{
	std::string result = renamed(text);

	check(result == expected, name);
	if (result != expected)
		std::printf("# got: %s\n", result.c_str());
}

} // namespace

int
main()
{
	becomes("nothing", "", "");
	becomes("a qualified name", "SELECT tenant_a.f(x) FROM tenant_a.t", "SELECT <>.f(x) FROM <>.t");
	becomes("at both ends", "tenant_a", "<>");
	becomes("names that begin with it",
			"tenant_ab.t tenant_a_b.t tenant_a1 tenant_a$",
			"tenant_ab.t tenant_a_b.t tenant_a1 tenant_a$");
	becomes("names that end with it", "x_tenant_a.t xtenant_a 1tenant_a", "x_tenant_a.t xtenant_a 1tenant_a");
	becomes("the prefix of it", "tenant_ tenant tenant_.a", "tenant_ tenant tenant_.a");
	becomes("upper case is folded", "SELECT * FROM Tenant_A.t, TENANT_A.u", "SELECT * FROM <>.t, <>.u");
	becomes("quoted names", "\"tenant_a\".\"t\"", "\"<>\".\"t\"");
	becomes("quoted names keep their case", "\"TENANT_A\".t", "\"TENANT_A\".t");
	becomes("a quoted name that contains it",
			"\"tenant_a x\" \"tenant_a\"\"\" \"x.tenant_a\"",
			"\"tenant_a x\" \"tenant_a\"\"\" \"x.tenant_a\"");
	becomes("a column's default", "DEFAULT nextval('tenant_a.s'::regclass)", "DEFAULT nextval('<>.s'::regclass)");
	becomes("a quoted name in a string", "'\"tenant_a\".\"S\"'", "'\"<>\".\"S\"'");
	becomes("upper case in a string", "'FROM TENANT_A.t'", "'FROM <>.t'");
	becomes("quoted upper case in a string", "'FROM \"TENANT_A\".t'", "'FROM \"TENANT_A\".t'");
	becomes("doubled quotes", "'it''s tenant_a' || tenant_a.x || ''''", "'it''s <>' || <>.x || ''''");
	becomes("a backslash ends nothing in a plain string", "'\\' tenant_a.t '\\'", "'\\' <>.t '\\'");
	becomes("an escape string", "E'\\'tenant_a.t\\'' tenant_a", "E'\\'<>.t\\'' <>");
	becomes("an escape before it",
			"E'\\ntenant_a.t' e'\\x20tenant_a' E'\\040tenant_a'",
			"E'\\n<>.t' e'\\x20<>' E'\\040<>'");
	becomes("a backslash before it", "E'\\\\tenant_a'", "E'\\\\<>'");
	becomes("an escape that makes a letter before it", "E'\\x41tenant_a'", "E'\\x41tenant_a'");
	becomes("a name spelled with escapes", "E'\\x74enant_a.t'", "escaped");
	becomes("a name spelled with octal escapes", "E'tenant\\137a.t'", "escaped");
	becomes("a name spelled with a useless escape", "E'tenant\\_a.t'", "escaped");
	becomes("a Unicode string", "U&'tenant_a \\0041tenant_a'", "U&'<> \\0041tenant_a'");
	becomes("a name in Unicode escapes", "U&'\\0074enant_a.t'", "escaped");
	becomes("a name in long Unicode escapes", "u&'\\+000074enant_a.t'", "escaped");
	becomes("a quoted name in Unicode escapes", "U&\"tenant\\005fa\".t", "escaped");
	becomes("another escape character", "U&\"tenant!005fa\" UESCAPE '!'", "escaped");
	becomes("a backslash is none then", "U&'tenant_a\\x' UESCAPE '!'", "U&'<>\\x' UESCAPE '!'");
	becomes("a quoted Unicode name", "U&\"tenant_a\".t", "U&\"<>\".t");
	becomes("u without a quote", "u & tenant_a", "u & <>");
	becomes("other prefixes", "N'tenant_a' B'01' x'ff'", "N'<>' B'01' x'ff'");
	becomes("a name that ends in e", "tenant_e'\\tenant_a'", "tenant_e'\\<>'");
	becomes("a dollar-quoted body", "$$SELECT tenant_a.f()$$", "$$SELECT <>.f()$$");
	becomes("right at its edges", "$$tenant_a$$ $x$tenant_a$x$", "$$<>$$ $x$<>$x$");
	becomes("a tag of that name", "$tenant_a$ tenant_a.t $tenant_a$ tenant_a", "$tenant_a$ <>.t $tenant_a$ <>");
	becomes("nested tags",
			"$a$ EXECUTE $b$ SELECT E'\\ntenant_a' FROM tenant_a.t $$ $b$; $a$ || tenant_a.x",
			"$a$ EXECUTE $b$ SELECT E'\\n<>' FROM <>.t $$ $b$; $a$ || <>.x");
	becomes("a tag within a word", "x$a$ tenant_a.t $a$", "x$a$ <>.t $a$");
	becomes("a parameter", "$1 tenant_a.t $2", "$1 <>.t $2");
	becomes("a tag without an end", "$a$ tenant_a.t", "$a$ <>.t");
	becomes("strings in a body", "$$ EXECUTE 'SELECT ' || 'tenant_a.x' $$", "$$ EXECUTE 'SELECT ' || '<>.x' $$");
	becomes("strings of other languages",
			"$$ plpy.execute(\"SELECT * FROM tenant_a.t\") # don't tenant_a $$",
			"$$ plpy.execute(\"SELECT * FROM <>.t\") # don't <> $$");
	becomes("a body keeps quoted case", "$$ \"TENANT_A\".t \"tenant_a\".t $$", "$$ \"TENANT_A\".t \"<>\".t $$");
	becomes("comments",
			"-- tenant_a's\n tenant_a.t /* tenant_a /* ' */ tenant_a */ tenant_a.u",
			"-- <>'s\n <>.t /* <> /* ' */ <> */ <>.u");
	becomes("upper case in comments", "-- TENANT_A", "-- TENANT_A");
	becomes("a comment without an end", "/* tenant_a", "/* <>");
	becomes("no comment in a string", "'--' || tenant_a.x || '/*'", "'--' || <>.x || '/*'");
	becomes("an operator of hyphens is a comment", "1 --tenant_a\n+ tenant_a.x", "1 --<>\n+ <>.x");
	becomes("white space around the dot", "tenant_a . t", "<> . t");
	becomes("a column of that name", "SELECT t.tenant_a", "component");
	becomes("a quoted column of that name", "SELECT t . /* x */ \"tenant_a\"", "component");
	becomes("a column of that name in a body", "$$ NEW.tenant_a $$", "component");
	becomes("a table of that name", "tenant_a.tenant_a", "component");
	becomes("a column of that name in a string", "'t.tenant_a'", "'t.<>'");
	becomes("a number before it", "1. tenant_a", "component");
	becomes("the role", "GRANT SELECT ON t TO tenant_a, PUBLIC", "GRANT SELECT ON t TO <>, PUBLIC");
	becomes("multi-byte letters belong to words",
			"\xc3\xa9tenant_a tenant_a\xc3\xa9 '\xc3\xa9tenant_a' tenant_a",
			"\xc3\xa9tenant_a tenant_a\xc3\xa9 '\xc3\xa9tenant_a' <>");
	becomes("a string without an end", "'tenant_a", "'<>");
	becomes("a backslash at the end", "E'tenant_a\\", "E'<>\\");
	becomes("an escape at the end", "E'\\x", "E'\\x");
	becomes("a quote at the end", "tenant_a '", "<> '");
	check(renamed("tenant_acme_eu.t tenant_acme.t tenant_acme_e", "tenant_acme_eu") ==
			  "<>.t tenant_acme.t tenant_acme_e",
		  "a hyphen of the slug");

	std::string deep = "tenant_a";
	for (int i = 0; i < 40; i++)
		deep = "$t" + std::to_string(i) + "$ " + deep + " $t" + std::to_string(i) + "$";
	check(renamed(deep).find("tenant_a") == std::string::npos, "any depth of dollar quotes");

	/* Took a minute when each was looked for to the end of the text. */
	std::string unclosed;
	for (int i = 0; i < 200000; i++)
		unclosed += "$t" + std::to_string(i) + "$ ";
	check(renamed(unclosed + "tenant_a 'tenant_a'") == unclosed + "<> '<>'", "many dollar quotes without an end");

	Collector found;
	std::size_t position = 0;
	tenancy::find_references("tenant_a 'tenant_a' $$ tenant_a $$", "tenant_a", found, position);
	check(found.references.size() == 3 && found.references[0].place == TENANCY_IN_CODE &&
			  found.references[1].place == TENANCY_IN_TEXT && found.references[2].depth == 1,
		  "places are told");
	check(tenancy::find_references("SELECT x.tenant_a", "tenant_a", found, position) == TENANCY_TROUBLE_COMPONENT &&
			  position == 9,
		  "trouble has a position");

	check(tenancy::builds_schema_names("'tenant_' || slug", "tenant_b"), "a prefix alone builds names");
	check(tenancy::builds_schema_names("tenant_b.t tenant_bc.t", "tenant_b"), "so does another name");
	check(tenancy::builds_schema_names("'TENANT_' || x", "tenant_b"), "in upper case too");
	check(!tenancy::builds_schema_names("tenant_b.t 'tenant_b' my_tenant_id", "tenant_b"), "the name alone does not");
	check(!tenancy::builds_schema_names("", "tenant_b"), "nor does nothing");
	return harness::finish();
}
