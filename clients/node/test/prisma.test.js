// What needs no Prisma; with it, examples/prisma is tested.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { currentTenant, TenancyError, tenantRefusal, withTenant } from '../index.js';
import { tenantClients, tenantConnection, unqualified } from '../src/prisma.js';
import { later } from './support.js';

const URL = 'postgresql://app@localhost:5432/app';

test('the connection of a tenant', () => {
	const acme = { connectionString: URL + '?options=-c%20tenancy.tenant%3Dacme-corp', schema: 'tenant_acme_corp', tenant: 'acme-corp' };
	assert.deepEqual(tenantConnection(URL + '?schema=tenant_acme_corp'), acme);
	assert.deepEqual(tenantConnection(URL, 'acme-corp'), acme);
	assert.deepEqual(tenantConnection(URL + '?schema=tenant_acme_corp', 'acme-corp'), acme);
	assert.deepEqual(tenantConnection(URL + '?schema=public', 'acme-corp'), acme);
	// As node-postgres reads it.
	const read = (url, tenant) => new pg.Client({ connectionString: tenantConnection(url, tenant).connectionString }).connectionParameters;
	assert.equal(read(URL + '?schema=tenant_acme').options, '-c tenancy.tenant=acme');
	assert.equal(read('postgresql:///app?host=/tmp&options=-c%20work_mem%3D1MB', 'acme').options, '-c work_mem=1MB -c tenancy.tenant=acme');
	assert.equal(read('postgresql:///app?host=/tmp', 'acme').host, '/tmp');
	const ticket = 'acme.' + 'a'.repeat(40);
	assert.equal(tenantConnection(URL, ticket).schema, 'tenant_acme');
	assert.equal(read(URL, ticket).options, '-c tenancy.tenant=' + ticket);
});

test('connections that name no tenant, or two, are refused', () => {
	const refusal = (url, tenant) => {
		try {
			tenantConnection(url, tenant);
		} catch (error) {
			return tenantRefusal(error);
		}
		return null;
	};
	assert.equal(refusal(URL), 'missing');
	assert.equal(refusal(URL + '?schema=public'), 'missing');
	assert.equal(refusal(URL + '?schema=tenant_acme', 'globex'), 'mismatch');
	assert.equal(refusal(URL + '?schema=tenant_'), 'invalid');
	assert.equal(refusal(URL + '?schema=tenant_acme%20-c%20role%3Dpostgres'), 'invalid');
	assert.equal(refusal(URL, 'acme -c role=postgres'), 'invalid');
	assert.equal(refusal(URL, ''), 'invalid');
});

/** A stand-in for Prisma that says when it is closed. */
const fake = ({ tenant }) => ({
	tenant,
	closed: false,
	async $disconnect() {
		assert.equal(this.closed, false);
		this.closed = true;
	},
});

test('the cache keeps clients, and never more than it may', async () => {
	const made = [];
	const clients = tenantClients({ url: URL, max: 2, create: (connection) => (made.push(connection.tenant), fake(connection)) });
	const a = await clients.use('a', (client) => client);
	assert.equal(await clients.use('a', (client) => client), a);
	await clients.use('b', () => assert.equal(currentTenant(), 'b'));
	await clients.use('a', () => {});
	// b was used less recently.
	await clients.use('c', () => {});
	assert.equal(a.closed, false);
	await clients.use('a', () => {});
	assert.deepEqual(made, ['a', 'b', 'c']);
	assert.equal(clients.size, 2);
	await clients.end();
	assert.equal(clients.size, 0);
	assert.equal(a.closed, true);
});

test('a client in use is not closed; others wait', async () => {
	const clients = tenantClients({ url: URL, max: 1, create: fake });
	const go = later();
	const order = [];
	const first = clients.use('a', async (client) => {
		await go.done;
		assert.equal(client.closed, false);
		order.push('a');
	});
	const others = ['b', 'c', 'b', 'a', 'c'].map((slug) => clients.use(slug, async (client) => {
		assert.equal(client.tenant, slug);
		assert.equal(clients.size, 1);
		await new Promise(setImmediate);
		assert.equal(client.closed, false);
		order.push(slug);
	}));
	await new Promise(setImmediate);
	assert.deepEqual(order, []);
	go.resolve();
	await Promise.all([first, ...others]);
	assert.equal(order.length, 6);
	assert.equal(order[0], 'a');
});

test('at random: bounded, nobody gets a closed client, nobody waits for ever', async () => {
	let most = 0;
	const clients = tenantClients({ url: URL, max: 3, create: fake });
	let seed = 1;
	const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
	await Promise.all(Array.from({ length: 500 }, async () => {
		const slug = 't' + random(8);
		for (let n = random(5); n > 0; n--) {
			await null;
		}
		await clients.use(slug, async (client) => {
			for (let n = random(5); n > 0; n--) {
				await new Promise(setImmediate);
				assert.equal(client.closed, false);
				assert.equal(client.tenant, slug);
			}
			most = Math.max(most, clients.size);
			if (random(10) === 0) {
				throw new TenancyError('unknown', '42704', 'gone');
			}
		}).catch((error) => assert.equal(error.code, '42704'));
	}));
	assert.equal(most, 3);
});

test('the client of a refused tenant is not kept', async () => {
	const clients = tenantClients({ url: URL, max: 2, create: fake });
	await clients.use('a', () => {});
	for (let n = 0; n < 10; n++) {
		await assert.rejects(clients.use('nobody-' + n, () => {
			throw new TenancyError('unknown', '42704', 'gone');
		}));
	}
	assert.equal(clients.size, 1);
});

test('another tenant is refused within the work for one, and the same one joins', async () => {
	const clients = tenantClients({ url: URL, max: 1, create: fake });
	await clients.use('a', async (client) => {
		await assert.rejects(clients.use('b', () => {}), { refusal: 'nested' });
		assert.equal(await clients.use('a', (same) => same), client);
	});
	await assert.rejects(clients.use('a.aaawsvnzaaaa4eam3ac3brljif3ltpur7rzjgzgj', () => {}), TypeError);
	assert.throws(() => tenantClients({ url: URL, create: fake, max: 0 }), RangeError);
});

test('a factory that cannot make a client leaves no hole', async () => {
	let fails = true;
	const clients = tenantClients({ url: URL, max: 1, create: (connection) => {
		if (fails) {
			throw new Error('cannot');
		}
		return fake(connection);
	} });
	await assert.rejects(clients.use('a', () => {}), /cannot/);
	fails = false;
	assert.equal(await clients.use('a', (client) => client.tenant), 'a');
});

test('queries lose the placeholder, and nothing else', async () => {
	const seen = [];
	const queryable = {
		queryRaw: async (query) => seen.push(query.sql),
		executeRaw: async (query) => seen.push(query.sql),
	};
	const factory = {
		provider: 'postgres',
		connect: async () => ({ ...queryable, getConnectionInfo: () => ({ schemaName: undefined, supportsRelationJoins: true }),
			startTransaction: async () => ({ ...queryable, rollbackToSavepoint: async () => {} }) }),
	};
	const adapter = await unqualified(factory).connect();
	assert.equal(unqualified(factory).provider, 'postgres');
	const { schemaName, supportsRelationJoins } = adapter.getConnectionInfo();
	assert.equal(supportsRelationJoins, true);
	const sql = `SELECT "${schemaName}"."t"."a$tenant.", '$tenant.' FROM "${schemaName}"."t", "public"."u"`;
	await adapter.queryRaw({ sql });
	await adapter.executeRaw({ sql });
	const transaction = await adapter.startTransaction();
	await transaction.queryRaw({ sql });
	assert.deepEqual(new Set(seen), new Set([`SELECT "t"."a$tenant.", '$tenant.' FROM "t", "public"."u"`]));
	assert.equal(seen.length, 3);
});

test('withTenant() with something that has $transaction()', async () => {
	const sent = [];
	const prisma = {
		$transaction: async (fn, options) => {
			sent.push(options.timeout);
			return fn({ $executeRawUnsafe: async (statement) => sent.push(statement) });
		},
	};
	assert.equal(await withTenant(prisma, 'acme', () => currentTenant(), { timeout: 7 }), 'acme');
	assert.deepEqual(sent, [7, "SET LOCAL tenancy.tenant = 'acme'"]);
});
