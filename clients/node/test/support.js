// What the tests share. They need a server: see test/clients/node/run of the source tree.
import pg from 'pg';
import postgres from 'postgres';

/** Runs statements as the superuser. */
export async function asSuperuser(...statements) {
	const client = new pg.Client({ user: 'postgres' });
	await client.connect();
	try {
		let result;
		for (const statement of statements) {
			result = await client.query(statement);
		}
		return result.rows;
	} finally {
		await client.end();
	}
}

/** Makes tenants anew, each with a table of notes that holds one row with its slug. */
export async function makeTenants(...slugs) {
	for (const slug of slugs) {
		const schema = 'tenant_' + slug.replaceAll('-', '_');
		await asSuperuser(
			`SELECT tenancy.drop('${slug}', if_exists => true, force => true)`,
			`SELECT tenancy.provision('${slug}')`,
			`CREATE TABLE ${schema}.notes (id int GENERATED ALWAYS AS IDENTITY, text text PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)`,
			`INSERT INTO ${schema}.notes (text) VALUES ('${slug}')`,
		);
	}
}

/** A pool of node-postgres for the application's role, which ends with the test. */
export function makePool(t, max, options = {}) {
	const pool = new pg.Pool({ user: 'app', max, ...options });
	// Connections that the tests break while they are idle.
	pool.on('error', () => {});
	t.after(() => pool.end());
	return pool;
}

/** The same of postgres.js. */
export function makeSql(t, max, options = {}) {
	const sql = postgres({ username: 'app', max, onnotice: () => {}, ...options });
	t.after(() => sql.end());
	return sql;
}

/** The texts of the notes that a transaction sees. */
export const notes = async (client) => (await client.query('SELECT text FROM notes ORDER BY id')).rows.map((row) => row.text);
export const sqlNotes = async (sql) => (await sql`SELECT text FROM notes ORDER BY id`).map((row) => row.text);

/** A promise and the functions that settle it. */
export function later() {
	const promise = {};
	promise.done = new Promise((resolve, reject) => Object.assign(promise, { resolve, reject }));
	return promise;
}
