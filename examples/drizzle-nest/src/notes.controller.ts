import { Body, Controller, Get, Post, UseInterceptors } from '@nestjs/common';
import { notes } from './schema.js';
import { type Database, TenantDatabase, TenantTransaction } from './tenant.transaction.js';

@Controller('notes')
@UseInterceptors(TenantTransaction)
export class NotesController {
	@Get()
	list(@TenantDatabase() db: Database) {
		return db.query.notes.findMany({ orderBy: notes.id });
	}

	@Post()
	async add(@TenantDatabase() db: Database, @Body('text') text: unknown) {
		const [note] = await db.insert(notes).values({ text: String(text) }).returning();
		return note;
	}
}
