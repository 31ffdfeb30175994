import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { before, test } from 'node:test';
import express from 'express';
import { currentTenant, expressTenant, expressTenantErrors, refusalStatus, tenantReader, withTenant } from '../index.js';
import { asSuperuser, makePool, makeTenants, notes } from './support.js';

before(() => makeTenants('http-one', 'http-two'));

/** Starts an application whose one route tells the tenant and reads its notes. */
async function start(t, options, setUp = () => {}) {
	const pool = makePool(t, 2);
	const app = express();
	setUp(app);
	app.use(expressTenant(options));
	app.use(express.json());
	const serve = async (request, response) => {
		const texts = await withTenant(pool, request.body?.tenant ?? request.tenant, notes);
		response.json({ tenant: request.tenant, current: currentTenant(), notes: texts });
	};
	app.get('/', serve);
	app.post('/', serve);
	app.use(expressTenantErrors());
	app.use((error, request, response, next) => response.status(500).json({ error: error.refusal ?? 'error' }));
	const server = app.listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	t.after(() => server.close());
	return server.address().port;
}

/** Sends a request as it is written, byte by byte; returns status and body. */
function send(port, lines, body = '') {
	return new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1');
		let answer = '';
		socket.setEncoding('utf8').on('data', (data) => (answer += data)).on('error', reject);
		socket.on('end', () => {
			const [head, text] = answer.split('\r\n\r\n');
			let json = null;
			try {
				json = JSON.parse(text);
			} catch {
				// node:http itself has refused the request.
			}
			resolve([Number(head.split(' ')[1]), json]);
		});
		socket.write(Buffer.from([...lines, 'Connection: close', '', body].join('\r\n'), 'latin1'));
	});
}

const get = (port, ...headers) => send(port, ['GET / HTTP/1.1', ...headers]);
const served = (slug) => [200, { tenant: slug, current: slug, notes: [slug] }];
const NONE = [400, { error: 'the request names no tenant' }];
const REFUSED = [403, { error: 'the tenant is refused' }];

test('by subdomain', async (t) => {
	const port = await start(t, { from: 'subdomain', domain: 'Example.com' });
	for (const host of ['http-one.example.com', 'HTTP-One.EXAMPLE.com', 'http-one.example.com.', `http-one.example.com:${port}`,
		'http-one.example.com.:80', 'http-one.example.com:']) {
		assert.deepEqual(await get(port, 'Host: ' + host), served('http-one'), host);
	}
	assert.deepEqual(await get(port, 'Host: http-two.example.com'), served('http-two'));
	for (const host of ['example.com', '.example.com', 'example.com.', '127.0.0.1', `127.0.0.1:${port}`, '[::1]', '[::1]:80', '',
		'http-one.example.org', 'http-oneexample.com', 'http-one.example.com.evil.org', 'http-one.evil.example.com', 'http-one..example.com',
		'http-one.example.com..', 'http_one.example.com', 'http-one', 'b\xfccher.example.com',
		"x';select.example.com", 'http-one.example.com, http-two.example.com', 'http-one.example.com/', 'http-two@http-one.example.com',
		'http-one .example.com', '%68ttp-one.example.com', 'a'.repeat(57) + '.example.com']) {
		const [status, body] = await get(port, 'Host: ' + host);
		assert.equal(status, 400, host);
		assert.ok(body === null || body.error, host);
	}
	assert.deepEqual(await get(port, 'Host: www.example.com'), REFUSED);
	// Without a trusted proxy nobody else names the host.
	assert.deepEqual(await get(port, 'Host: http-one.example.com', 'X-Forwarded-Host: http-two.example.com'), served('http-one'));
	assert.deepEqual(await get(port, 'Host: http-one.example.com', 'X-Tenant: http-two'), served('http-one'));
	// Of two hosts node:http takes the first; a request without any it refuses by itself.
	assert.equal((await get(port, 'Host: http-one.example.com', 'Host: http-two.example.com'))[0], 400);
	assert.equal((await get(port))[0], 400);
});

test('a host behind a proxy that is trusted', async (t) => {
	const port = await start(t, { from: 'subdomain', domain: 'example.com' }, (app) => app.set('trust proxy', 'loopback'));
	assert.deepEqual(await get(port, 'Host: internal', 'X-Forwarded-Host: http-two.example.com'), served('http-two'));
	assert.deepEqual(await get(port, 'Host: internal'), NONE);
});

test('by header', async (t) => {
	const port = await start(t, { from: 'header' });
	assert.deepEqual(await get(port, 'Host: x', 'X-Tenant: http-one'), served('http-one'));
	assert.deepEqual(await get(port, 'Host: x', 'x-TENANT:http-two'), served('http-two'));
	for (const value of ['', 'HTTP-ONE', 'http_one', 'http-one, http-two', 'http-one,http-one', 'http-one;', '"http-one"', 'http-\xf6ne',
		'http-one.example.com', "test'; DROP SCHEMA tenant_http_two; --", 'http-one\x00', 'http-one\x0bhttp-two', 'a'.repeat(57), '../http-one']) {
		const [status] = await get(port, 'Host: x', 'X-Tenant: ' + value);
		assert.equal(status, 400, value);
	}
	assert.deepEqual(await get(port, 'Host: x'), NONE);
	assert.deepEqual(await get(port, 'Host: x', 'X-Tenant: http-one', 'X-Tenant: http-two'), NONE);
	assert.deepEqual(await get(port, 'Host: x', 'X-Tenant: http-one', 'X-Tenant: http-one'), NONE);
	assert.equal((await get(port, 'Host: x', 'X-Tenant[]: http-one'))[0], 400);
	assert.deepEqual(await get(port, 'Host: x', 'X-Tenant: constructor'), REFUSED);
	assert.deepEqual(await get(port, 'Host: x', 'X-Tenant: no-such-tenant'), REFUSED);
	await asSuperuser("SELECT tenancy.suspend('http-two', 'overdue')");
	assert.deepEqual(await get(port, 'Host: x', 'X-Tenant: http-two'), REFUSED);
	await asSuperuser("SELECT tenancy.activate('http-two')");
	assert.deepEqual(await get(port, 'Host: x', 'X-Tenant: http-two'), served('http-two'));
});

test('a header of which node:http keeps the first', async (t) => {
	const port = await start(t, { from: 'header', header: 'From' });
	assert.deepEqual(await get(port, 'Host: x', 'From: http-one'), served('http-one'));
	assert.deepEqual(await get(port, 'Host: x', 'From: http-one', 'FROM: http-two'), NONE);
});

test('headers named like members of all objects', async (t) => {
	const port = await start(t, { from: 'header', header: '__proto__' });
	assert.deepEqual(await get(port, 'Host: x'), NONE);
	const other = await start(t, { from: 'header', header: 'constructor' });
	assert.deepEqual(await get(other, 'Host: x'), NONE);
});

test('by claim', async (t) => {
	const claims = { good: { tenant: 'http-one' }, other: { tenant: 'http-two' }, none: {}, list: { tenant: ['http-one'] }, nothing: { tenant: null },
		object: { tenant: { toString: () => 'http-one' } }, inherited: Object.create({ tenant: 'http-one' }), text: 'tenant' };
	const authenticate = (app) => app.use((request, response, next) => {
		request.auth = claims[request.headers.authorization];
		next();
	});
	const port = await start(t, { from: 'claim' }, authenticate);
	assert.deepEqual(await get(port, 'Host: x', 'Authorization: good'), served('http-one'));
	for (const token of ['none', 'list', 'nothing', 'object', 'inherited', 'text', 'unknown']) {
		assert.deepEqual(await get(port, 'Host: x', 'Authorization: ' + token), NONE, token);
	}
	assert.deepEqual(await get(port, 'Host: x'), NONE);

	const both = await start(t, { from: ['claim', 'header', 'subdomain'], domain: 'example.com' }, authenticate);
	assert.deepEqual(await get(both, 'Host: x', 'Authorization: good'), served('http-one'));
	assert.deepEqual(await get(both, 'Host: http-one.example.com', 'X-Tenant: http-one', 'Authorization: good'), served('http-one'));
	assert.deepEqual(await get(both, 'Host: x', 'X-Tenant: http-two', 'Authorization: good'), REFUSED);
	assert.deepEqual(await get(both, 'Host: http-two.example.com', 'Authorization: good'), REFUSED);
	assert.deepEqual(await get(both, 'Host: http-two.example.com', 'X-Tenant: http-one', 'Authorization: good'), REFUSED);
	assert.deepEqual(await get(both, 'Host: x', 'X-Tenant: http-one, http-two', 'Authorization: good'), NONE);
	// The header alone does not do.
	assert.deepEqual(await get(both, 'Host: http-one.example.com', 'X-Tenant: http-one'), NONE);
});

test('a handler does not work for another tenant than the request\'s', async (t) => {
	const port = await start(t, { from: 'header' });
	const body = JSON.stringify({ tenant: 'http-two' });
	assert.deepEqual(await send(port, ['POST / HTTP/1.1', 'Host: x', 'X-Tenant: http-one', 'Content-Type: application/json',
		`Content-Length: ${body.length}`], body), [500, { error: 'nested' }]);
});

test('many requests of two tenants at once', async (t) => {
	const port = await start(t, { from: 'header' });
	await Promise.all(Array.from({ length: 100 }, async (_, n) => {
		const slug = n % 2 ? 'http-one' : 'http-two';
		assert.deepEqual(await get(port, 'Host: x', 'X-Tenant: ' + slug), served(slug));
	}));
});

test('errors that are no refusals go on', async () => {
	assert.equal(refusalStatus(new Error('other')), null);
	assert.equal(refusalStatus(Object.assign(new Error('permission denied for table t'), { code: '42501' })), null);
});

test('options that cannot work are refused when the program starts', () => {
	for (const options of [undefined, {}, { from: 'cookie' }, { from: [] }, { from: ['header', 'toString'] }, { from: 'subdomain' },
		{ from: 'subdomain', domain: '' }, { from: 'subdomain', domain: '.example.com' }, { from: 'subdomain', domain: 'example.com.' }]) {
		assert.throws(() => expressTenant(options), TypeError, JSON.stringify(options));
	}
});

test('letters that become ASCII in lower case are no host\'s', () => {
	const read = tenantReader({ from: 'subdomain', domain: 'example.com' });
	assert.equal(read({ headers: {}, hostname: 'KELVIN.example.com' }), 'kelvin');
	assert.throws(() => read({ headers: {}, hostname: '\u212aELVIN.example.com' }), { status: 400 });
	assert.equal(read({ headers: { host: 'kelvin.example.com:80' } }), 'kelvin');
});
