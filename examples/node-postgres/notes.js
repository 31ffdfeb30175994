// Keeps notes of tenants.
//
//   node notes.js TENANT add TEXT
//   node notes.js TENANT list
import pg from 'pg';
import { tenantRefusal, withTenant } from '@tenancy/pg';

const pool = new pg.Pool({ max: 2 });
const [tenant, command, text] = process.argv.slice(2);

try {
	await withTenant(pool, tenant, async (client) => {
		if (command === 'add') {
			await client.query('INSERT INTO notes (text) VALUES ($1)', [text]);
		}
		const { rows } = await client.query('SELECT id, text FROM notes ORDER BY id');
		for (const note of rows) {
			console.log(note.id, note.text);
		}
	});
} catch (error) {
	const refusal = tenantRefusal(error);
	console.error(refusal ? `tenant refused: ${refusal}` : error.message);
	process.exitCode = 1;
} finally {
	await pool.end();
}
