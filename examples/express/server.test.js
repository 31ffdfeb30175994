// Starts the server in each of its ways, and talks to it over HTTP.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { SignJWT } from 'jose';
import pg from 'pg';

const [one, two] = process.env.TENANTS.split(' ');
const SECRET = 'a secret of at least thirty-two bytes';
const SECRET_BYTES = randomBytes(32).toString('hex');

/** Starts the server with an environment; it ends with the test. Returns a function that sends requests. */
async function start(t, environment) {
	const child = spawn(process.execPath, ['server.js'], {
		env: { ...process.env, PGUSER: 'app', PORT: '0', ...environment }, stdio: ['ignore', 'pipe', 'inherit'],
	});
	t.after(async () => {
		child.kill();
		if (child.exitCode === null) {
			await once(child, 'exit');
		}
	});
	const [line] = await once(createInterface(child.stdout), 'line');
	return (headers, text) => new Promise((resolve, reject) => {
		const sent = request(`${line}/notes`, {
			method: text === undefined ? 'GET' : 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers },
		}, async (response) => {
			let body = '';
			for await (const chunk of response) {
				body += chunk;
			}
			resolve([response.statusCode, JSON.parse(body)]);
		});
		sent.on('error', reject);
		sent.end(text === undefined ? undefined : JSON.stringify({ text }));
	});
}

/** Runs a statement as an operator, and returns the first row. */
async function operate(statement, user = 'ops') {
	const client = new pg.Client({ user });
	await client.connect();
	try {
		return (await client.query(statement)).rows[0];
	} finally {
		await client.end();
	}
}

const token = (claims, { secret = SECRET, expires = '1 minute' } = {}) =>
	new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(expires).sign(Buffer.from(secret));

const REFUSED = [403, { error: 'the tenant is refused' }];
const NONE = [400, { error: 'the request names no tenant' }];

test('by header', async (t) => {
	const send = await start(t, { TENANT_FROM: 'header' });
	assert.deepEqual(await send({ 'x-tenant': one }, 'Call Bob'), [201, { id: 1, text: 'Call Bob' }]);
	assert.deepEqual(await send({ 'x-tenant': one }), [200, [{ id: 1, text: 'Call Bob' }]]);
	assert.deepEqual(await send({ 'x-tenant': two }), [200, []]);
	assert.deepEqual(await send({}), NONE);
	assert.deepEqual(await send({ 'x-tenant': one.toUpperCase() }), NONE);
	assert.deepEqual(await send({ 'x-tenant': [one, two] }), NONE);
	assert.deepEqual(await send({ 'x-tenant': 'nobody' }), REFUSED);
});

test('by subdomain', async (t) => {
	const send = await start(t, { TENANT_FROM: 'subdomain', TENANT_DOMAIN: 'example.com' });
	assert.deepEqual(await send({ host: `${one}.example.com` }), [200, [{ id: 1, text: 'Call Bob' }]]);
	assert.deepEqual(await send({ host: `${two}.example.com:8080` }), [200, []]);
	assert.deepEqual(await send({ host: 'example.com' }), NONE);
	assert.deepEqual(await send({}), NONE);
	assert.deepEqual(await send({ host: `${one}.example.org` }), NONE);
	assert.deepEqual(await send({ host: 'nobody.example.com' }), REFUSED);
	await operate(`SELECT tenancy.suspend('${two}', 'overdue')`);
	assert.deepEqual(await send({ host: `${two}.example.com` }), REFUSED);
	await operate(`SELECT tenancy.activate('${two}')`);
	assert.deepEqual(await send({ host: `${two}.example.com` }), [200, []]);
});

test('by claim', async (t) => {
	const send = await start(t, { TENANT_FROM: 'claim', JWT_SECRET: SECRET });
	const bearer = async (...args) => ({ authorization: `Bearer ${await token(...args)}` });
	assert.deepEqual(await send(await bearer({ tenant: one })), [200, [{ id: 1, text: 'Call Bob' }]]);
	assert.deepEqual(await send(await bearer({ tenant: two })), [200, []]);
	assert.deepEqual(await send({ ...(await bearer({ tenant: two })), 'x-tenant': one, host: `${one}.example.com` }), [200, []]);
	assert.deepEqual(await send(await bearer({})), NONE);
	assert.deepEqual(await send(await bearer({ tenant: [one] })), NONE);
	assert.deepEqual(await send(await bearer({ tenant: 'nobody' })), REFUSED);
	for (const headers of [{}, { 'x-tenant': one }, { authorization: 'Bearer x' }, await bearer({ tenant: one }, { secret: SECRET + '!' }),
		await bearer({ tenant: one }, { expires: '1 minute ago' }),
		{ authorization: `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(`{"tenant":"${one}","exp":9999999999}`).toString('base64url')}.` }]) {
		assert.equal((await send(headers))[0], 401);
	}
});

test('by claim, with tickets', async (t) => {
	const { key, secret } = await operate(`SELECT tenancy.create_ticket_key('\\x${SECRET_BYTES}') AS key, '${SECRET_BYTES}' AS secret`, 'postgres');
	const { id } = await operate(`SELECT id FROM tenancy.tenants WHERE slug = '${one}'`);
	await operate(`ALTER ROLE app IN DATABASE "${process.env.PGDATABASE}" SET tenancy.require_ticket = on`, 'postgres');
	t.after(() => operate(`ALTER ROLE app IN DATABASE "${process.env.PGDATABASE}" RESET tenancy.require_ticket`, 'postgres'));
	const bearer = async (claims) => ({ authorization: `Bearer ${await token(claims)}` });

	const slugs = await start(t, { TENANT_FROM: 'claim', JWT_SECRET: SECRET });
	assert.deepEqual(await slugs(await bearer({ tenant: one })), REFUSED);

	const send = await start(t, { TENANT_FROM: 'claim', JWT_SECRET: SECRET, TICKET_KEY: String(key), TICKET_SECRET: secret });
	assert.deepEqual(await send(await bearer({ tenant: one, tenant_id: id })), [200, [{ id: 1, text: 'Call Bob' }]]);
	// The tenant's id is part of the signature.
	assert.deepEqual(await send(await bearer({ tenant: two, tenant_id: id })), REFUSED);
});
