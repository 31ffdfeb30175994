import { integer, pgTable, text } from 'drizzle-orm/pg-core';

// No schema is named: the search_path of the bound transaction finds the tenant's table.
export const notes = pgTable('notes', {
	id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
	text: text('text').notNull(),
});
