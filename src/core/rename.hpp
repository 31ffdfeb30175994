/*
 * rename.hpp
 *	  Where a text of SQL speaks of a schema, so that it can be made to speak of
 *	  another one.
 *
 * A reference is the schema's name as a whole word, wherever it stands: as a name,
 * quoted or not, in string constants, in dollar-quoted bodies of any depth, in
 * comments.  As SQL folds case, TENANT_ACME is tenant_acme, but "TENANT_ACME" is not.
 * Every reference has as many bytes as the name.  What would make the rest of the
 * text mean something else is trouble, and the text must not be used.
 *
 * Bytes from 0x80 on belong to words, whatever the encoding: those that PostgreSQL
 * allows for a database never hide an ASCII byte in a longer character.
 */
#ifndef TENANCY_CORE_RENAME_HPP
#define TENANCY_CORE_RENAME_HPP

#include <cstddef>
#include <string_view>

#include "verdict.h"

namespace tenancy
{

/* Takes the references as they are found, in the order of the text. */
class ReferenceSink
{
public:
	virtual void take(const TenancyReference &reference) = 0;

protected:
	~ReferenceSink() = default;
};

/*
 * Finds the references in a text.  name is a tenant schema's: lower-case letters,
 * digits and underscores.  Where there is trouble, writes its position and stops.
 */
TenancyTrouble find_references(std::string_view text, std::string_view name, ReferenceSink &sink,
							   std::size_t &position);

/*
 * Tells whether a text builds names of tenant schemas: it has the prefix of their
 * names where the name given does not follow as a whole word.
 */
bool builds_schema_names(std::string_view text, std::string_view name) noexcept;

} // namespace tenancy

#endif /* TENANCY_CORE_RENAME_HPP */
