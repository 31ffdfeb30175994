// Follows events of a server; scripts/test-clients events-worker gives one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import pg from 'pg';
import { followEvents } from './src/follow.js';
import { EventReader } from './src/reader.js';

const worker = { user: 'events_worker' };

/** A connection that ends with the test. */
async function connect(t, config) {
	const client = new pg.Client(config);
	await client.connect();
	t.after(() => client.end());
	return client;
}

/** The same, of who manages tenants. */
const operator = (t) => connect(t, { user: 'ops' });

/** Waits until a condition holds. */
async function until(what, condition) {
	for (const end = Date.now() + 30_000; !(await condition());) {
		assert.ok(Date.now() < end, `waited in vain: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

const provision = (client, slug) => client.query('SELECT FROM tenancy.provision($1)', [slug]);
const say = ({ event, slug }) => `${event} ${slug}`;

/** The id of the newest event. */
async function newest(client) {
	return (await client.query('SELECT coalesce(max(id), 0) AS id FROM tenancy.events')).rows[0].id;
}

/** Makes a worker begin after the events that there are. */
async function beginHere(t, name) {
	const client = await connect(t, { user: 'postgres' });
	await client.query('INSERT INTO events_worker.positions VALUES ($1, $2)', [name, await newest(client)]);
}

/** The id of the last event that a worker has noted as done. */
async function noted(name) {
	const client = new pg.Client(worker);
	await client.connect();
	const { rows } = await client.query('SELECT last_id FROM events_worker.positions WHERE worker = $1', [name]);
	await client.end();
	return rows[0].last_id;
}

/** Follows events in this process until stop() or the end of the test. */
function follow(t, name, handle, options = {}) {
	const stopping = new AbortController();
	const lines = [];
	const followed = followEvents({ worker: name, handle, signal: stopping.signal, connection: worker,
		log: (line) => lines.push(line), lock: 20, gap: 20, firstTry: 5, ...options });
	const stop = () => {
		stopping.abort();
		return followed;
	};
	t.after(stop);
	return { stop, lines };
}

/** A service of HTTP that notes what it is asked for, and answers when answer() says so. */
async function service(t, answer = () => 200) {
	const calls = [];
	const server = createServer(async (request, response) => {
		let body = '';
		for await (const part of request) {
			body += part;
		}
		calls.push({ what: `${request.method} ${request.url}`, key: request.headers['idempotency-key'], body: body && JSON.parse(body) });
		const status = await answer(calls.at(-1));
		response.writeHead(status).end();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => {
		server.close();
		server.closeAllConnections();
	});
	return { calls, url: `http://127.0.0.1:${server.address().port}` };
}

/** Runs worker.js. */
function runWorker(t, url) {
	const child = spawn(process.execPath, ['worker.js'], { cwd: new URL('.', import.meta.url), stdio: ['ignore', 'ignore', 'pipe'],
		env: { ...process.env, PGUSER: 'events_worker', WORKFLOW_URL: url, BILLING_URL: url, MAIL_URL: url } });
	t.after(() => child.kill('SIGKILL'));
	child.said = '';
	child.stderr.on('data', (data) => {
		child.said += data;
	});
	return child;
}

test('events come in order, and after a stop where it left off', async (t) => {
	const ops = await operator(t);
	const seen = [];
	await beginHere(t, 'order');
	const first = follow(t, 'order', async (event) => seen.push(event));
	await provision(ops, 'ew-order');
	await ops.query("SELECT tenancy.suspend('ew-order', 'unpaid')");
	await until('two events', () => seen.length === 2);
	assert.deepEqual(seen.map(say), ['provisioned ew-order', 'suspended ew-order']);
	assert.equal(seen[1].detail, 'unpaid');
	assert.equal(seen[1].actor, 'ops');
	await first.stop();
	assert.equal(await noted('order'), await newest(ops));
	await ops.query("SELECT tenancy.activate('ew-order')");
	await ops.query("SELECT FROM tenancy.drop('ew-order')");
	follow(t, 'order', async (event) => seen.push(event));
	await until('four events', () => seen.length === 4);
	assert.deepEqual(seen.slice(2).map(say), ['activated ew-order', 'dropped ew-order']);
});

test('an event that commits after one with a greater id is not lost', async (t) => {
	const [slow, fast, reading] = [await operator(t), await operator(t), await connect(t, worker)];
	await provision(fast, 'ew-slow');
	await provision(fast, 'ew-fast');
	const last = await newest(fast);
	const reader = new EventReader(reading, last);
	const naive = async (after) => (await reading.query('SELECT id, slug FROM tenancy.events WHERE id > $1 ORDER BY id', [after])).rows;

	await slow.query('BEGIN');
	await slow.query("SELECT tenancy.suspend('ew-slow')");
	await fast.query("SELECT tenancy.suspend('ew-fast')");
	// Who asks for what is after the newest id gets the later one, goes on from there, and never gets the other.
	const before = await naive(last);
	assert.deepEqual(before.map(({ slug }) => slug), ['ew-fast']);
	assert.deepEqual(await reader.read(), []);
	assert.equal(reader.waits, true);
	assert.deepEqual(await reader.read(), []);
	await slow.query('COMMIT');
	assert.deepEqual(await naive(before.at(-1).id), []);
	assert.deepEqual((await reader.read()).map(say), ['suspended ew-slow', 'suspended ew-fast']);
	assert.equal(reader.waits, false);
});

test('the transaction that is waited for may be younger than the one that was seen', async (t) => {
	const [slow, fast, reading] = [await operator(t), await operator(t), await connect(t, worker)];
	await provision(fast, 'ew-young');
	await provision(fast, 'ew-old');
	const reader = new EventReader(reading, await newest(fast));
	await fast.query('BEGIN');
	await fast.query('SELECT pg_current_xact_id()');
	await slow.query('BEGIN');
	await slow.query("SELECT tenancy.suspend('ew-young')");
	await fast.query("SELECT tenancy.suspend('ew-old')");
	await fast.query('COMMIT');
	// Now the snapshot's xmin is the id of the running transaction, which is greater than that of the event seen.
	assert.deepEqual(await reader.read(), []);
	assert.deepEqual(await reader.read(), []);
	await slow.query('COMMIT');
	assert.deepEqual((await reader.read()).map(say), ['suspended ew-young', 'suspended ew-old']);
});

test('an id that was rolled back is not waited for, nor what runs without a gap', async (t) => {
	const [ops, other, reading] = [await operator(t), await operator(t), await connect(t, worker)];
	await provision(ops, 'ew-back');
	const reader = new EventReader(reading, await newest(ops), 2);
	await ops.query('BEGIN');
	await ops.query("SELECT tenancy.suspend('ew-back')");
	await ops.query('ROLLBACK');
	await ops.query("SELECT tenancy.suspend('ew-back')");
	assert.deepEqual((await reader.read()).map(say), ['suspended ew-back']);
	await other.query('BEGIN');
	await other.query('SELECT pg_current_xact_id()');
	await ops.query("SELECT tenancy.activate('ew-back')");
	assert.deepEqual((await reader.read()).map(say), ['activated ew-back']);
	await other.query('COMMIT');
	// More gaps than a batch has room for.
	for (let i = 0; i < 5; i++) {
		await ops.query('BEGIN');
		await ops.query("SELECT tenancy.revoke_tickets('ew-back')");
		await ops.query('ROLLBACK');
		await ops.query("SELECT tenancy.revoke_tickets('ew-back')");
	}
	const seen = [];
	for (let events; (events = await reader.read()).length > 0;) {
		seen.push(...events);
	}
	assert.equal(seen.length, 5);
	assert.deepEqual(await reader.read(), []);
});

test('many transactions at once: each event once, in the order of ids', async (t) => {
	const sessions = await Promise.all(Array.from({ length: 6 }, () => operator(t)));
	for (const i of sessions.keys()) {
		await provision(sessions[0], `ew-many${i}`);
	}
	const seen = [];
	await beginHere(t, 'many');
	follow(t, 'many', async (event) => seen.push(event));
	const last = await newest(sessions[0]);
	await Promise.all(sessions.map(async (session, i) => {
		for (let turn = 0; turn < 30; turn++) {
			await session.query('BEGIN');
			await session.query('SELECT tenancy.revoke_tickets($1)', [`ew-many${i}`]);
			await new Promise((resolve) => setTimeout(resolve, (i * 7 + turn * 3) % 11));
			await session.query(turn % 5 === 4 ? 'ROLLBACK' : 'COMMIT');
		}
	}));
	const { rows } = await sessions[0].query('SELECT id FROM tenancy.events WHERE id > $1 ORDER BY id', [last]);
	assert.equal(rows.length, 6 * 24);
	await until('all events', () => seen.length >= rows.length);
	assert.deepEqual(seen.map(({ id }) => `${id}`), rows.map(({ id }) => id));
});

test('an event whose handler fails is tried again, and later ones wait', async (t) => {
	const ops = await operator(t);
	const seen = [];
	await beginHere(t, 'fails');
	const { lines } = follow(t, 'fails', async (event) => {
		seen.push(say(event));
		if (seen.length < 3) {
			throw new Error('not now');
		}
	});
	await provision(ops, 'ew-fails');
	await ops.query("SELECT tenancy.suspend('ew-fails')");
	await until('four tries', () => seen.length === 4);
	assert.deepEqual(seen, [...Array(3).fill('provisioned ew-fails'), 'suspended ew-fails']);
	assert.match(lines[0], /^event \d+ \(provisioned ew-fails\) failed; next try in 5 ms$/);
	assert.match(lines[1], /next try in 10 ms$/);
});

test('a lost connection is made anew, and the event that it was at comes again', async (t) => {
	const ops = await operator(t);
	const superuser = await connect(t, { user: 'postgres' });
	const seen = [];
	await beginHere(t, 'lost');
	const { lines } = follow(t, 'lost', async (event) => {
		seen.push(say(event));
		if (seen.length === 1) {
			await superuser.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'events-worker lost'");
			await until('the end of the session', async () => (await superuser.query(
				"SELECT FROM pg_stat_activity WHERE application_name = 'events-worker lost'")).rowCount === 0);
		}
	});
	await provision(ops, 'ew-lost');
	await until('the event again', () => seen.length === 2);
	assert.deepEqual(seen, Array(2).fill('provisioned ew-lost'));
	assert.match(lines[0], /^no connection to the events/);
	// While it waits for events as well.
	await superuser.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'events-worker lost'");
	await ops.query("SELECT tenancy.suspend('ew-lost')");
	await until('the next event', () => seen.length === 3);
	assert.equal(seen[2], 'suspended ew-lost');
});

test('of two workers of one name one works, the other when the first has stopped', async (t) => {
	const ops = await operator(t);
	const seen = [];
	await beginHere(t, 'turns');
	const first = follow(t, 'turns', async () => seen.push('first'));
	await provision(ops, 'ew-turns');
	await until('the first', () => seen.length === 1);
	follow(t, 'turns', async () => seen.push('second'));
	await until('the second waits', async () => (await ops.query(
		"SELECT FROM pg_stat_activity WHERE application_name = 'events-worker turns'")).rowCount === 2);
	await ops.query("SELECT tenancy.suspend('ew-turns')");
	await until('the first again', () => seen.length === 2);
	await first.stop();
	await ops.query("SELECT tenancy.activate('ew-turns')");
	await until('the second', () => seen.length === 3);
	assert.deepEqual(seen, ['first', 'first', 'second']);
});

test('a session without rights is told so, and tries on', async (t) => {
	const ops = await operator(t);
	const superuser = await connect(t, { user: 'postgres' });
	const seen = [];
	await beginHere(t, 'rights');
	await superuser.query('REVOKE tenancy_auditor FROM events_worker');
	const errors = [];
	follow(t, 'rights', async (event) => seen.push(say(event)), { log: (line, error) => errors.push(error.message), lastTry: 20 });
	await until('a refusal', () => errors.length > 0);
	assert.equal(errors[0], 'permission denied to LISTEN on channel "tenancy_events"');
	await superuser.query('GRANT tenancy_auditor TO events_worker');
	await provision(ops, 'ew-rights');
	await until('the event', () => seen.length === 1);
});

test('worker.js: what is killed in the middle is done again, what is stopped is finished', async (t) => {
	const ops = await operator(t);
	let held = [];
	let hold = true;
	const { calls, url } = await service(t, (call) => (hold && call.what.startsWith('PUT /accounts') ?
		new Promise((resolve) => held.push(() => resolve(200))) : call.what.startsWith('DELETE') ? 404 : 200));
	await beginHere(t, 'services');
	await provision(ops, 'ew-services');
	const { rows: [{ id, tenant_id: tenant }] } = await ops.query("SELECT id, tenant_id FROM tenancy.events WHERE slug = 'ew-services'");

	const killed = runWorker(t, url);
	await until('billing is called', () => held.length === 1);
	killed.kill('SIGKILL');
	await once(killed, 'exit');
	assert.notEqual(await noted('services'), id);
	held = [];

	const stopped = runWorker(t, url);
	await until('billing is called again', () => held.length === 1);
	stopped.kill('SIGTERM');
	await until('it has heard', () => stopped.said === 'stopping\n');
	await ops.query("SELECT tenancy.suspend('ew-services', 'unpaid')");
	hold = false;
	held[0]();
	assert.deepEqual(await once(stopped, 'exit'), [0, null]);
	assert.equal(await noted('services'), id);
	const begun = [
		{ what: 'PUT /namespaces/ew-services', key: id, body: { paused: false } },
		{ what: `PUT /accounts/${tenant}`, key: id, body: { name: 'ew-services', open: true } },
		{ what: 'POST /messages', key: id, body: { template: 'welcome', tenant: 'ew-services' } },
	];
	assert.deepEqual(calls, [...begun.slice(0, 2), ...begun]);

	calls.length = 0;
	const last = runWorker(t, url);
	await ops.query("SELECT tenancy.revoke_tickets('ew-services')");
	await ops.query("SELECT tenancy.activate('ew-services')");
	await ops.query("SELECT FROM tenancy.drop('ew-services')");
	await until('all is noted', async () => (await noted('services')) === (await newest(ops)));
	assert.deepEqual(calls.map(({ what, body }) => [what, body]), [
		['PUT /namespaces/ew-services', { paused: true }],
		['POST /messages', { template: 'suspended', tenant: 'ew-services', reason: 'unpaid' }],
		['PUT /namespaces/ew-services', { paused: false }],
		['DELETE /namespaces/ew-services', ''],
		[`PUT /accounts/${tenant}`, { name: 'ew-services', open: false }],
	]);
	last.kill('SIGINT');
	assert.deepEqual(await once(last, 'exit'), [0, null]);
});
