import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { currentTenant, isTenantRefusal, tenantRefusal, withTenant } from '../index.js';
import { asSuperuser, later, makePool, makeTenants, notes } from './support.js';

before(() => makeTenants('pool-one', 'pool-two'));

test('fn sees its tenant and returns its result', async (t) => {
	const pool = makePool(t, 1);
	assert.deepEqual(await withTenant(pool, 'pool-one', notes), ['pool-one']);
	assert.deepEqual(await withTenant(pool, 'pool-two', notes), ['pool-two']);
	assert.equal(await withTenant(pool, 'pool-one', () => currentTenant()), 'pool-one');
	assert.equal(currentTenant(), null);
});

test('the connection is not bound afterwards', async (t) => {
	const pool = makePool(t, 1);
	await withTenant(pool, 'pool-one', notes);
	assert.equal((await pool.query("SELECT current_setting('tenancy.tenant') AS tenant")).rows[0].tenant, '');
	await assert.rejects(pool.query('SELECT FROM tenant_pool_one.notes'), { code: '42501' });
});

test('what fn writes is committed', async (t) => {
	const pool = makePool(t, 2);
	await withTenant(pool, 'pool-one', (client) => client.query("INSERT INTO notes (text) VALUES ('kept')"));
	assert.deepEqual(await withTenant(pool, 'pool-one', notes), ['pool-one', 'kept']);
	await withTenant(pool, 'pool-one', (client) => client.query("DELETE FROM notes WHERE text = 'kept'"));
});

test('an error in fn rolls back, is passed on, and the connection stays in use', async (t) => {
	const pool = makePool(t, 1);
	const pid = async (client) => (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
	const first = await withTenant(pool, 'pool-one', pid);
	const mine = new Error('mine');
	await assert.rejects(withTenant(pool, 'pool-one', async (client) => {
		await client.query("INSERT INTO notes (text) VALUES ('lost')");
		throw mine;
	}), mine);
	await assert.rejects(withTenant(pool, 'pool-one', () => { throw mine; }), mine);
	await assert.rejects(withTenant(pool, 'pool-one', (client) => client.query('SELECT 1/0')), { code: '22012' });
	assert.deepEqual(await withTenant(pool, 'pool-one', notes), ['pool-one']);
	assert.equal(await withTenant(pool, 'pool-two', pid), first);
});

test('an error that fn swallows is not taken for success', async (t) => {
	const pool = makePool(t, 1);
	await assert.rejects(withTenant(pool, 'pool-one', async (client) => {
		await client.query("INSERT INTO notes (text) VALUES ('lost')");
		await client.query('SELECT 1/0').catch(() => {});
	}), { code: '25P02' });
	assert.deepEqual(await withTenant(pool, 'pool-one', notes), ['pool-one']);
});

test('an error at COMMIT is passed on', async (t) => {
	const pool = makePool(t, 1);
	await assert.rejects(withTenant(pool, 'pool-one', (client) =>
		client.query("INSERT INTO notes (text) VALUES ('twice'), ('twice')")), { code: '23505' });
	assert.deepEqual(await withTenant(pool, 'pool-one', notes), ['pool-one']);
});

test('another tenant is refused within fn, before anything is sent; the same one joins', async (t) => {
	const pool = makePool(t, 1);
	await withTenant(pool, 'pool-one', async (client) => {
		await assert.rejects(withTenant(pool, 'pool-two', () => assert.fail('fn ran')), { refusal: 'nested', code: '25001' });
		await client.query("INSERT INTO notes (text) VALUES ('uncommitted')");
		// A second connection would be waited for in vain.
		assert.deepEqual(await withTenant(pool, 'pool-one', notes), ['pool-one', 'uncommitted']);
		await client.query("DELETE FROM notes WHERE text = 'uncommitted'");
	});
	assert.deepEqual(await withTenant(pool, 'pool-two', notes), ['pool-two']);
});

test('code that outlives its transaction is not within it', async (t) => {
	const pool = makePool(t, 1);
	const go = later();
	let straggler;
	await withTenant(pool, 'pool-one', () => {
		straggler = go.done.then(() => [currentTenant(), withTenant(pool, 'pool-two', notes)]);
	});
	go.resolve();
	const [tenant, seen] = await straggler;
	assert.equal(tenant, null);
	assert.deepEqual(await seen, ['pool-two']);
});

test('a client that fn put aside is of no use in the transaction of the next tenant', async (t) => {
	const pool = makePool(t, 1);
	let aside;
	await withTenant(pool, 'pool-one', (client) => { aside = client; });
	await withTenant(pool, 'pool-two', async () => {
		assert.throws(() => aside.query("INSERT INTO notes (text) VALUES ('of pool-one')"), { refusal: 'ended', code: '25P01' });
	});
	assert.deepEqual(await withTenant(pool, 'pool-two', notes), ['pool-two']);
});

test('a query that fn did not wait for belongs to its transaction', async (t) => {
	const pool = makePool(t, 1);
	let query;
	await withTenant(pool, 'pool-one', (client) => {
		query = client.query('SELECT pg_sleep(0.05), current_setting($1) AS tenant', ['tenancy.tenant']);
	});
	assert.equal((await query).rows[0].tenant, 'pool-one');
});

test('fn does not give the client back by itself', async (t) => {
	const pool = makePool(t, 1);
	await withTenant(pool, 'pool-one', async (client) => {
		assert.throws(() => client.release(), TypeError);
		assert.throws(() => client.end(), TypeError);
		assert.deepEqual(await notes(client), ['pool-one']);
	});
});

test('fn does not get another tenant by SQL', async (t) => {
	const pool = makePool(t, 1);
	const attempts = ["SET tenancy.tenant = 'pool-two'", "SET LOCAL tenancy.tenant = 'pool-two'", "SELECT tenancy.bind('pool-two')"];
	for (const attempt of attempts) {
		await assert.rejects(withTenant(pool, 'pool-one', (client) => client.query(attempt)), { code: '25001' }, attempt);
	}
	await assert.rejects(withTenant(pool, 'pool-one', (client) => client.query('SELECT FROM tenant_pool_two.notes')),
		{ code: '42501', message: 'cross-tenant access to schema "tenant_pool_two" denied' });
	// Who commits by himself is unbound, and reaches nothing.
	await assert.rejects(withTenant(pool, 'pool-one', async (client) => {
		await client.query('COMMIT');
		await client.query('SELECT FROM tenant_pool_one.notes');
	}), { code: '42501' });
	assert.deepEqual(await withTenant(pool, 'pool-two', notes), ['pool-two']);
});

test('interleaved requests of two tenants see their own rows', async (t) => {
	for (const max of [1, 2]) {
		const pool = makePool(t, max);
		const work = Array.from({ length: 200 }, (_, n) => {
			const slug = n % 2 ? 'pool-one' : 'pool-two';
			return withTenant(pool, slug, async (client) => {
				const seen = await notes(client);
				if (n % 5 === 0) {
					throw new Error('given up');
				}
				if (n % 7 === 0) {
					await client.query('SELECT 1/0').catch(() => {});
				}
				return seen;
			}).then((seen) => assert.deepEqual(seen, [slug]), (error) => {
				assert.ok(error.message === 'given up' ? n % 5 === 0 : error.code === '25P02' && n % 7 === 0, error);
			});
		});
		await Promise.all(work);
		assert.equal(pool.idleCount, max);
	}
});

test('a cancelled query', async (t) => {
	const pool = makePool(t, 1);
	await assert.rejects(withTenant(pool, 'pool-one', async (client) => {
		await client.query("SET LOCAL statement_timeout = '50ms'");
		await client.query('SELECT pg_sleep(60)');
	}), { code: '57014' });
	assert.deepEqual(await withTenant(pool, 'pool-two', notes), ['pool-two']);
});

test('a query that the client gave up waiting for', async (t) => {
	const pool = makePool(t, 1);
	await assert.rejects(withTenant(pool, 'pool-one', (client) =>
		client.query({ text: "INSERT INTO notes (text) SELECT 'late' FROM pg_sleep(0.5)", query_timeout: 20 })), /timeout/);
	assert.deepEqual(await withTenant(pool, 'pool-two', notes), ['pool-two']);
	assert.deepEqual(await withTenant(pool, 'pool-one', notes), ['pool-one']);
});

test('a connection that is lost in the middle', async (t) => {
	const pool = makePool(t, 1);
	const kill = async (client) => {
		const { pid } = (await client.query('SELECT pg_backend_pid() AS pid')).rows[0];
		const gone = new Promise((resolve) => client.once('end', resolve));
		await asSuperuser(`SELECT pg_terminate_backend(${pid})`);
		await gone;
	};
	// Between two queries, ...
	await assert.rejects(withTenant(pool, 'pool-one', async (client) => {
		await client.query("INSERT INTO notes (text) VALUES ('lost')");
		await kill(client);
		await client.query('SELECT 1');
	}));
	// ... before COMMIT, ...
	await assert.rejects(withTenant(pool, 'pool-one', async (client) => {
		await client.query("INSERT INTO notes (text) VALUES ('lost')");
		await kill(client);
	}));
	// ... and by its own query.
	await assert.rejects(withTenant(pool, 'pool-one', async (client) => {
		const { pid } = (await client.query('SELECT pg_backend_pid() AS pid')).rows[0];
		const slow = client.query('SELECT pg_sleep(60)');
		await Promise.all([slow, asSuperuser(`SELECT pg_terminate_backend(${pid})`)]);
	}), { code: '57P01' });
	assert.deepEqual(await withTenant(pool, 'pool-one', notes), ['pool-one']);
	assert.deepEqual(await withTenant(pool, 'pool-two', notes), ['pool-two']);
});

test('refusals, and what they are called', async (t) => {
	const pool = makePool(t, 1);
	const never = () => assert.fail('fn ran');
	const refused = (tenant) => withTenant(pool, tenant, never).then(never, (error) => {
		assert.equal(isTenantRefusal(error), true);
		return [tenantRefusal(error), error.code];
	});
	assert.deepEqual(await refused('no-such-tenant'), ['unknown', '42704']);
	assert.deepEqual(await refused("test'; DROP SCHEMA tenant_pool_two; --"), ['invalid', '22023']);
	assert.deepEqual(await refused(''), ['invalid', '22023']);
	assert.deepEqual(await refused(undefined), ['invalid', '22023']);
	await asSuperuser("SELECT tenancy.suspend('pool-two', 'overdue')");
	assert.deepEqual(await refused('pool-two'), ['inactive', '55000']);
	await asSuperuser("SELECT tenancy.activate('pool-two')");
	assert.deepEqual(await withTenant(pool, 'pool-two', notes), ['pool-two']);
});

test('a login that may not bind', async (t) => {
	await asSuperuser('DROP ROLE IF EXISTS pool_stranger', 'CREATE ROLE pool_stranger LOGIN');
	const pool = makePool(t, 1, { user: 'pool_stranger' });
	const error = await withTenant(pool, 'pool-one', () => assert.fail('fn ran')).catch((caught) => caught);
	assert.equal(tenantRefusal(error), 'forbidden');
});

test('other errors of the same SQLSTATE are no refusals', async (t) => {
	const pool = makePool(t, 1);
	for (const [statement, code] of [['SELECT lastval()', '55000'], ['SELECT FROM pg_authid', '42501'],
		['SELECT FROM tenant_pool_two.notes', '42501'], ["SELECT 'a'::no_such_type", '42704']]) {
		const error = await withTenant(pool, 'pool-one', (client) => client.query(statement)).catch((caught) => caught);
		assert.equal(error.code, code);
		assert.equal(isTenantRefusal(error), false, statement);
	}
	await withTenant(pool, 'pool-one', async () => {
		const error = await withTenant(pool, 'pool-two', () => assert.fail('fn ran')).catch((caught) => caught);
		assert.equal(isTenantRefusal(error), false);
		assert.equal(isTenantRefusal(new Error('wrapped', { cause: error })), false);
	});
	assert.equal(isTenantRefusal(null), false);
	assert.equal(isTenantRefusal('42704'), false);
});

test('a suspension is seen in the middle of a transaction', async (t) => {
	const pool = makePool(t, 1);
	const error = await withTenant(pool, 'pool-two', async (client) => {
		await notes(client);
		await asSuperuser("SELECT tenancy.suspend('pool-two', 'overdue')");
		await notes(client);
	}).catch((caught) => caught);
	assert.equal(tenantRefusal(error), 'inactive');
	await asSuperuser("SELECT tenancy.activate('pool-two')");
});

test('what is no pool is refused', async () => {
	for (const thing of [null, undefined, {}, 'pool', { connect: async () => ({}) }]) {
		await assert.rejects(withTenant(thing, 'pool-one', () => assert.fail('fn ran')), TypeError);
	}
});

test('no connection, no transaction', async (t) => {
	const pool = makePool(t, 1, { host: '127.0.0.1', port: 1 });
	await assert.rejects(withTenant(pool, 'pool-one', () => assert.fail('fn ran')), { code: 'ECONNREFUSED' });
});
