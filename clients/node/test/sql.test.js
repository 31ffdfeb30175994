import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { currentTenant, tenantRefusal, withTenant } from '../index.js';
import { asSuperuser, later, makeSql, makeTenants, sqlNotes } from './support.js';

before(() => makeTenants('sql-one', 'sql-two'));

test('fn sees its tenant and returns its result', async (t) => {
	const sql = makeSql(t, 1);
	assert.deepEqual(await withTenant(sql, 'sql-one', sqlNotes), ['sql-one']);
	assert.deepEqual(await withTenant(sql, 'sql-two', sqlNotes), ['sql-two']);
	assert.equal(await withTenant(sql, 'sql-one', () => currentTenant()), 'sql-one');
	assert.equal((await sql`SELECT current_setting('tenancy.tenant') AS tenant`)[0].tenant, '');
});

test('an array of queries is waited for', async (t) => {
	const sql = makeSql(t, 1);
	const [one, two] = await withTenant(sql, 'sql-one', (tx) => [tx`SELECT text FROM notes`, tx`SELECT 2 AS two`]);
	assert.equal(one[0].text, 'sql-one');
	assert.equal(two[0].two, 2);
});

test('errors roll back, also those that fn swallows', async (t) => {
	const sql = makeSql(t, 1);
	const mine = new Error('mine');
	await assert.rejects(withTenant(sql, 'sql-one', async (tx) => {
		await tx`INSERT INTO notes (text) VALUES ('lost')`;
		throw mine;
	}), mine);
	await assert.rejects(withTenant(sql, 'sql-one', async (tx) => {
		await tx`INSERT INTO notes (text) VALUES ('lost')`;
		await tx`SELECT 1/0`.catch(() => {});
	}), { code: '22012' });
	await assert.rejects(withTenant(sql, 'sql-one', (tx) => tx`INSERT INTO notes (text) VALUES ('twice'), ('twice')`), { code: '23505' });
	assert.deepEqual(await withTenant(sql, 'sql-one', sqlNotes), ['sql-one']);
});

test('savepoints', async (t) => {
	const sql = makeSql(t, 1);
	let aside;
	await assert.rejects(withTenant(sql, 'sql-one', async (tx) => {
		await tx.savepoint((inner) => inner`SELECT 1/0`).catch(() => {});
		await tx.savepoint('named', async (inner) => {
			aside = inner;
			await inner`INSERT INTO notes (text) VALUES ('inner')`;
		});
		assert.deepEqual(await sqlNotes(tx), ['sql-one', 'inner']);
		throw new Error('enough');
	}), /enough/);
	assert.throws(() => aside`SELECT 1`, { refusal: 'ended' });
});

test('another tenant is refused within fn; the same one joins', async (t) => {
	const sql = makeSql(t, 1);
	await withTenant(sql, 'sql-one', async (tx) => {
		await assert.rejects(withTenant(sql, 'sql-two', () => assert.fail('fn ran')), { refusal: 'nested' });
		assert.deepEqual(await withTenant(sql, 'sql-one', sqlNotes), ['sql-one']);
		assert.deepEqual(await sqlNotes(tx), ['sql-one']);
	});
});

test('what fn put aside is of no use in the transaction of the next tenant', async (t) => {
	const sql = makeSql(t, 1);
	let aside, prepared;
	await withTenant(sql, 'sql-one', (tx) => {
		aside = tx;
		// postgres.js sends a query when it is waited for.
		prepared = { query: tx`INSERT INTO notes (text) VALUES ('of sql-one')` };
	});
	await withTenant(sql, 'sql-two', async () => {
		assert.throws(() => aside`INSERT INTO notes (text) VALUES ('of sql-one')`, { refusal: 'ended' });
		assert.throws(() => aside.unsafe('SELECT 1'), { refusal: 'ended' });
		await assert.rejects(prepared.query, { refusal: 'ended' });
	});
	assert.deepEqual(await withTenant(sql, 'sql-two', sqlNotes), ['sql-two']);
});

test('helpers of postgres.js work', async (t) => {
	const sql = makeSql(t, 1);
	await assert.rejects(withTenant(sql, 'sql-one', async (tx) => {
		await tx`INSERT INTO notes ${tx({ text: 'helped' }, 'text')}`;
		const [named] = await tx`SELECT text FROM ${tx('notes')} WHERE text = ANY (${tx.array(['helped'])})`;
		assert.equal(named.text, 'helped');
		const [value] = await tx`SELECT text FROM notes ${tx`WHERE text = ${'helped'}`}`.values();
		assert.deepEqual(value, ['helped']);
		const rows = [];
		for await (const [row] of tx`SELECT text FROM notes ORDER BY id`.cursor(1)) {
			rows.push(row.text);
		}
		assert.deepEqual(rows, ['sql-one', 'helped']);
		throw new Error('enough');
	}), /enough/);
});

test('interleaved requests of two tenants see their own rows', async (t) => {
	for (const max of [1, 2]) {
		const sql = makeSql(t, max);
		await Promise.all(Array.from({ length: 200 }, (_, n) => {
			const slug = n % 2 ? 'sql-one' : 'sql-two';
			return withTenant(sql, slug, async (tx) => {
				const seen = await sqlNotes(tx);
				if (n % 5 === 0) {
					throw new Error('given up');
				}
				return seen;
			}).then((seen) => assert.deepEqual(seen, [slug]), (error) => assert.equal(error.message, 'given up'));
		}));
	}
});

test('a cancelled query, and a connection that is lost', async (t) => {
	const sql = makeSql(t, 1);
	await assert.rejects(withTenant(sql, 'sql-one', async (tx) => {
		await tx`SET LOCAL statement_timeout = '50ms'`;
		await tx`SELECT pg_sleep(60)`;
	}), { code: '57014' });
	assert.deepEqual(await withTenant(sql, 'sql-two', sqlNotes), ['sql-two']);
	const lost = later();
	const after = later();
	await assert.rejects(withTenant(sql, 'sql-one', async (tx) => {
		const [{ pid }] = await tx`SELECT pg_backend_pid() AS pid`;
		await asSuperuser(`SELECT pg_terminate_backend(${pid})`);
		await lost.done;
		after.resolve(tx);
	}), /57P01|CONNECTION_CLOSED|terminating/);
	lost.resolve();
	const tx = await after.done;
	assert.throws(() => tx`SELECT 1`, { refusal: 'ended' });
	assert.deepEqual(await withTenant(sql, 'sql-two', sqlNotes), ['sql-two']);
});

test('refusals', async (t) => {
	const sql = makeSql(t, 1);
	const refused = (tenant) => withTenant(sql, tenant, () => assert.fail('fn ran')).catch(tenantRefusal);
	assert.equal(await refused('no-such-tenant'), 'unknown');
	assert.equal(await refused("test'; DROP SCHEMA tenant_sql_two; --"), 'invalid');
	await asSuperuser("SELECT tenancy.suspend('sql-two', 'overdue')");
	assert.equal(await refused('sql-two'), 'inactive');
	await asSuperuser("SELECT tenancy.activate('sql-two')");
	assert.deepEqual(await withTenant(sql, 'sql-two', sqlNotes), ['sql-two']);
});
