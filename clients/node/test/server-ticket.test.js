// Tickets that this package mints, and a server that requires them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import { mintTicket, tenantRefusal, withTenant } from '../index.js';
import { asSuperuser, makePool, makeSql, makeTenants, notes, sqlNotes } from './support.js';

const secret = randomBytes(32);
const parts = {};

/** Mints a ticket for a tenant, which is good unless other parts are given. */
const ticket = (slug, others = {}) => mintTicket({ slug, ...parts[slug], ...others });

/** Makes a key; returns its number. */
const makeKey = async (bytes) => Number((await asSuperuser(`SELECT tenancy.create_ticket_key('\\x${bytes.toString('hex')}') AS id`))[0].id);

before(async () => {
	await makeTenants('ticket-one', 'ticket-two');
	await asSuperuser('DROP ROLE IF EXISTS ticket_app', 'CREATE ROLE ticket_app LOGIN IN ROLE tenancy_app',
		"ALTER ROLE ticket_app SET tenancy.rebind = 'transaction'", 'ALTER ROLE ticket_app SET tenancy.require_ticket = on',
		"ALTER ROLE ticket_app SET tenancy.bind_scope = 'transaction'");
	const keyId = await makeKey(secret);
	for (const { slug, id } of await asSuperuser("SELECT slug, id FROM tenancy.tenants WHERE slug LIKE 'ticket-%' AND status = 'active'")) {
		parts[slug] = { tenantId: id, keyId, secret, database: process.env.PGDATABASE };
	}
});

test('the server accepts what the package mints', async (t) => {
	const pool = makePool(t, 1, { user: 'ticket_app' });
	const sql = makeSql(t, 1, { username: 'ticket_app' });
	for (const slug of ['ticket-one', 'ticket-two', 'ticket-one']) {
		assert.deepEqual(await withTenant(pool, ticket(slug), notes), [slug]);
		assert.deepEqual(await withTenant(sql, ticket(slug), sqlNotes), [slug]);
	}
	const [inspected] = await asSuperuser(`SELECT * FROM tenancy.inspect_ticket('${ticket('ticket-one', { notBefore: 1767225600, lifetime: 16777215 })}')`);
	assert.equal(inspected.not_before.getTime(), 1767225600_000);
	assert.equal(inspected.expires.getTime(), (1767225600 + 16777215) * 1000);
});

test('the server and the package mint the same', async () => {
	const [{ issued }] = await asSuperuser("SELECT tenancy.issue_ticket('ticket-one', '5 minutes', '2026-01-01 00:00:00+00') AS issued");
	assert.equal(ticket('ticket-one', { notBefore: 1767225600, lifetime: 300 }), issued);
});

test('a slug does not do, nor does a ticket that is not good', async (t) => {
	const pool = makePool(t, 1, { user: 'ticket_app' });
	const refused = async (tenant) => {
		const error = await withTenant(pool, tenant, () => assert.fail('fn ran')).catch((caught) => caught);
		assert.equal(error.code, '28000', error.message);
		return tenantRefusal(error);
	};
	const good = ticket('ticket-one');
	const now = Math.floor(Date.now() / 1000);
	assert.equal(await refused('ticket-one'), 'ticket');
	assert.equal(await refused(ticket('ticket-one', { notBefore: now - 100, lifetime: 10 })), 'ticket');
	assert.equal(await refused(ticket('ticket-one', { notBefore: now + 3600 })), 'ticket');
	assert.equal(await refused(ticket('ticket-one', { database: 'postgres' })), 'ticket');
	assert.equal(await refused(ticket('ticket-one', { tenantId: parts['ticket-two'].tenantId })), 'ticket');
	assert.equal(await refused(ticket('ticket-one', { secret: randomBytes(32) })), 'ticket');
	assert.equal(await refused(ticket('ticket-one', { keyId: 65535 })), 'ticket');
	assert.equal(await refused('ticket-two' + good.slice('ticket-one'.length)), 'ticket');
	for (const at of [11, 20, 30, 50]) {
		assert.equal(await refused(good.slice(0, at) + (good[at] === 'a' ? 'b' : 'a') + good.slice(at + 1)), 'ticket');
	}
	assert.deepEqual(await withTenant(pool, good, notes), ['ticket-one']);
});

test('SQL in the transaction sees no ticket, and gets nowhere by its slug', async (t) => {
	const pool = makePool(t, 1, { user: 'ticket_app' });
	await withTenant(pool, ticket('ticket-one'), async (client) => {
		const { rows } = await client.query("SELECT current_setting('tenancy.tenant') AS tenant, current_query() AS query, setting FROM pg_settings WHERE name = 'tenancy.tenant'");
		assert.equal(rows[0].tenant, 'ticket-one');
		assert.equal(rows[0].setting, 'ticket-one');
		assert.equal(rows[0].query.includes('ticket-one.'), false);
	});
	// Also what runs in the same message as the binding would see none.
	const statements = (await pool.query("SELECT query FROM pg_stat_activity WHERE usename = 'ticket_app'")).rows;
	assert.equal(statements.some(({ query }) => /ticket-one\.[a-z2-7]{40}/.test(query)), false);
	await assert.rejects(pool.query("BEGIN; SET LOCAL tenancy.tenant = 'ticket-two'; COMMIT"), { code: '28000' });
});

test('the binding does not take the set_config() that a search_path finds first', async (t) => {
	await asSuperuser('DROP SCHEMA IF EXISTS shadow CASCADE', 'CREATE SCHEMA shadow', 'GRANT USAGE ON SCHEMA shadow TO ticket_app',
		"CREATE FUNCTION shadow.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT $2'");
	const options = '-c search_path=shadow,pg_catalog';
	const pool = makePool(t, 1, { user: 'ticket_app', options });
	const sql = makeSql(t, 1, { username: 'ticket_app', connection: { options } });
	const bound = 'SELECT tenancy.current_tenant() AS tenant';
	const { rows } = await pool.query("SELECT set_config('tenancy.tenant', 'ticket-two', true) AS said, tenancy.current_tenant() AS tenant");
	assert.deepEqual(rows[0], { said: 'ticket-two', tenant: null });
	assert.equal((await withTenant(pool, ticket('ticket-one'), (client) => client.query(bound))).rows[0].tenant, 'ticket-one');
	assert.equal((await withTenant(sql, ticket('ticket-one'), (tx) => tx.unsafe(bound)))[0].tenant, 'ticket-one');
});

test('a suspension revokes tickets for good; a retired key, all that it has signed', async (t) => {
	const pool = makePool(t, 1, { user: 'ticket_app' });
	const early = ticket('ticket-two', { lifetime: 3600 });
	assert.deepEqual(await withTenant(pool, early, notes), ['ticket-two']);
	await asSuperuser("SELECT tenancy.suspend('ticket-two', 'overdue')", "SELECT tenancy.activate('ticket-two')");
	await assert.rejects(withTenant(pool, early, notes), (error) => tenantRefusal(error) === 'ticket');

	const other = randomBytes(64);
	const keyId = await makeKey(other);
	const signed = ticket('ticket-one', { keyId, secret: other });
	assert.deepEqual(await withTenant(pool, signed, notes), ['ticket-one']);
	await asSuperuser(`SELECT tenancy.retire_ticket_key(${keyId})`);
	await assert.rejects(withTenant(pool, signed, notes), (error) => tenantRefusal(error) === 'ticket');
	assert.deepEqual(await withTenant(pool, ticket('ticket-one'), notes), ['ticket-one']);
});
