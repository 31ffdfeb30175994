// Keeps notes of tenants.
//
//   node notes.js TENANT add TEXT
//   node notes.js TENANT list
import postgres from 'postgres';
import { tenantRefusal, withTenant } from '@tenancy/pg';

const sql = postgres({ max: 2 });
const [tenant, command, text] = process.argv.slice(2);

try {
	await withTenant(sql, tenant, async (tx) => {
		if (command === 'add') {
			await tx`INSERT INTO notes (text) VALUES (${text})`;
		}
		for (const note of await tx`SELECT id, text FROM notes ORDER BY id`) {
			console.log(note.id, note.text);
		}
	});
} catch (error) {
	const refusal = tenantRefusal(error);
	console.error(refusal ? `tenant refused: ${refusal}` : error.message);
	process.exitCode = 1;
} finally {
	await sql.end();
}
