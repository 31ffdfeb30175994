// Starts the application, and talks to it over HTTP. Between it and PostgreSQL is a relay that counts what it sends.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import pg from 'pg';

const [one, two] = process.env.TENANTS.split(' ');
const SECRET = 'a secret of at least thirty-two bytes';

/** Bytes that the application has sent to the database, and connections that it has opened. */
const sent = { bytes: 0, connections: 0 };
let relay;
let url;

before(async () => {
	relay = createServer((client) => {
		sent.connections++;
		const server = connect(Number(process.env.TENANCY_TCP_PORT), '127.0.0.1');
		client.on('data', (data) => (sent.bytes += data.length));
		client.pipe(server).pipe(client);
		client.on('error', () => server.destroy());
		server.on('error', () => client.destroy());
	}).listen(0, '127.0.0.1');
	await once(relay, 'listening');
	url = await start({});
});

after(() => relay.close());

const running = [];
after(() => Promise.all(running.map(async (application) => {
	application.kill();
	if (application.exitCode === null) {
		await once(application, 'exit');
	}
})));

/** Starts the application with an environment; returns its URL. */
async function start(environment) {
	const application = spawn(process.execPath, ['dist/main.js'], {
		env: {
			...process.env, PGUSER: 'app', PGHOST: '127.0.0.1', PGPORT: String(relay.address().port), PORT: '0', JWT_SECRET: SECRET,
			TENANT_DOMAIN: 'example.com', ...environment,
		},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	running.push(application);
	const [line] = await once(createInterface(application.stdout), 'line');
	return line;
}

/** Sends a request; returns status and body. */
function send(headers, text, to = url) {
	return new Promise((resolve, reject) => {
		request(`${to}/notes`, {
			method: text === undefined ? 'GET' : 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers },
		}, async (response) => {
			let body = '';
			for await (const chunk of response) {
				body += chunk;
			}
			resolve([response.statusCode, JSON.parse(body)]);
		}).on('error', reject).end(text === undefined ? undefined : JSON.stringify({ text }));
	});
}

/** Headers with a token. */
async function bearer(claims, secret = SECRET) {
	const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1 minute').sign(Buffer.from(secret));
	return { authorization: `Bearer ${token}` };
}

/** Runs a statement as an operator, and returns the rows. */
async function operate(statement, user = 'ops') {
	const client = new pg.Client({ user });
	await client.connect();
	try {
		return (await client.query(statement)).rows;
	} finally {
		await client.end();
	}
}

const REFUSED = [403, { statusCode: 403, message: 'the tenant is refused' }];
const TWO = [403, { statusCode: 403, message: 'the request names two tenants' }];
const NONE = [400, { statusCode: 400, message: 'the request names no tenant' }];
const INVALID = [400, { statusCode: 400, message: 'the request names no valid tenant' }];

test('each tenant has notes of his own', async () => {
	assert.deepEqual(await send(await bearer({ tenant: one }), 'Call Bob'), [201, { id: 1, text: 'Call Bob' }]);
	assert.deepEqual(await send(await bearer({ tenant: two }), 'Call Alice'), [201, { id: 1, text: 'Call Alice' }]);
	assert.deepEqual(await send(await bearer({ tenant: one })), [200, [{ id: 1, text: 'Call Bob' }]]);
	assert.deepEqual(await send({ ...(await bearer({ tenant: two })), host: `${two}.example.com`, 'x-tenant': two }), [200, [{ id: 1, text: 'Call Alice' }]]);
});

test('a request for another tenant than the token\'s is refused before anything is sent to the database', async () => {
	const token = await bearer({ tenant: one });
	const before = { ...sent };
	assert.ok(before.bytes > 0);
	assert.deepEqual(await send({ ...token, 'x-tenant': two }), TWO);
	assert.deepEqual(await send({ ...token, 'x-tenant': two }, 'forged'), TWO);
	assert.deepEqual(await send({ ...token, host: `${two}.example.com` }), TWO);
	assert.deepEqual(await send({ ...token, host: `${two}.EXAMPLE.com.:80`, 'x-tenant': one }), TWO);
	assert.deepEqual(await send({ ...token, 'x-tenant': [one, two] }), INVALID);
	assert.deepEqual(await send({ ...token, 'x-tenant': one.toUpperCase() }), INVALID);
	assert.deepEqual(await send(await bearer({})), NONE);
	assert.deepEqual(await send(await bearer({ tenant: [one] })), INVALID);
	assert.equal((await send({ 'x-tenant': one }))[0], 401);
	assert.equal((await send(await bearer({ tenant: one }, SECRET + '!')))[0], 401);
	assert.deepEqual(sent, before);
	// The relay does count.
	assert.equal((await send(token))[0], 200);
	assert.ok(sent.bytes > before.bytes);
	assert.deepEqual(await operate(`SELECT sum(attempts_made + attempts_received)::int AS n FROM tenancy.stat_tenants WHERE slug IN ('${one}', '${two}')`), [{ n: 0 }]);
});

test('tenants who do not exist or are suspended are refused', async () => {
	assert.deepEqual(await send(await bearer({ tenant: 'nobody' })), REFUSED);
	await operate(`SELECT tenancy.suspend('${two}', 'overdue')`);
	assert.deepEqual(await send(await bearer({ tenant: two })), REFUSED);
	await operate(`SELECT tenancy.activate('${two}')`);
	assert.deepEqual(await send(await bearer({ tenant: two })), [200, [{ id: 1, text: 'Call Alice' }]]);
});

test('a request that fails leaves nothing', async () => {
	// PostgreSQL takes no NUL in a text.
	assert.equal((await send(await bearer({ tenant: one }), 'a\0b'))[0], 500);
	assert.deepEqual(await send(await bearer({ tenant: one })), [200, [{ id: 1, text: 'Call Bob' }]]);
});

test('many requests of both at once', async () => {
	const tokens = [await bearer({ tenant: one }), await bearer({ tenant: two })];
	await Promise.all(Array.from({ length: 100 }, async (_, n) => {
		assert.deepEqual(await send(tokens[n % 2]), [200, [{ id: 1, text: n % 2 ? 'Call Alice' : 'Call Bob' }]]);
	}));
	assert.ok(sent.connections <= 4, `${sent.connections} connections`);
});

test('with tickets', async (t) => {
	const secret = randomBytes(32).toString('hex');
	const [{ key }] = await operate(`SELECT tenancy.create_ticket_key('\\x${secret}') AS key`, 'postgres');
	const [{ id }] = await operate(`SELECT id FROM tenancy.tenants WHERE slug = '${one}'`);
	await operate(`ALTER ROLE app IN DATABASE "${process.env.PGDATABASE}" SET tenancy.require_ticket = on`, 'postgres');
	t.after(() => operate(`ALTER ROLE app IN DATABASE "${process.env.PGDATABASE}" RESET tenancy.require_ticket`, 'postgres'));

	const withSlugs = await start({});
	assert.deepEqual(await send(await bearer({ tenant: one }), undefined, withSlugs), REFUSED);
	const withTickets = await start({ TICKET_KEY: String(key), TICKET_SECRET: secret });
	assert.deepEqual(await send(await bearer({ tenant: one, tenant_id: id }), undefined, withTickets), [200, [{ id: 1, text: 'Call Bob' }]]);
	assert.deepEqual(await send(await bearer({ tenant: two, tenant_id: id }), undefined, withTickets), REFUSED);
});
