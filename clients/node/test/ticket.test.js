import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTicket, mintTicket, slugOf } from '../index.js';

const good = {
	slug: 'acme', tenantId: '0b7bd1c6-8f0a-4f0e-9b0c-6f1a2b3c4d5e', keyId: 1, secret: Uint8Array.from({ length: 32 }, (_, n) => n),
	database: 'app', notBefore: 1700000000, lifetime: 3600,
};

test('tickets are those of another implementation', () => {
	assert.equal(mintTicket(good), 'acme.aaawku7raaaa4edeiwat2v37apoltoetffulgat4');
	assert.equal(mintTicket({ ...good, tenantId: good.tenantId.toUpperCase() }), mintTicket(good));
	assert.equal(mintTicket({
		slug: 'a'.repeat(56), tenantId: 'ffffffff-ffff-ffff-ffff-ffffffffffff', keyId: 65535, secret: Buffer.from('k'), database: 'dätabase',
		notBefore: 4294967295, lifetime: 16777215,
	}), 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.777777777777777qjsh72raytx2zdtlzaeimkdwz');
});

test('tickets are those of docs/tickets.md', () => {
	assert.equal(mintTicket({ ...good, tenantId: '6f1e0d5c-3b2a-4918-8776-655443322110', notBefore: 1767225600 }),
		'acme.aaawsvnzaaaa4eam3ac3brljif3ltpur7rzjgzgj');
	assert.equal(mintTicket({ ...good, slug: '0-x', tenantId: '00000000-0000-0000-0000-000000000000', keyId: 258, notBefore: 0, lifetime: 1,
		database: 'Sales & Co' }), '0-x.aebaaaaaaaaaaakhuydlvbadmkd7tfebgnx5k4wk');
	assert.equal(mintTicket({ ...good, slug: 'a'.repeat(56), tenantId: 'ffffffff-ffff-ffff-ffff-ffffffffffff', keyId: 65535,
		notBefore: 4294967295, lifetime: 16777215, database: 'd'.repeat(63) }), 'a'.repeat(56) + '.777777777777774gvdjcaf3t4hkg2do2oarv6zve');
});

test('a ticket has the form of one, and at most 97 bytes', () => {
	for (let n = 0; n < 200; n++) {
		const ticket = mintTicket({ ...good, slug: 'a'.repeat(56), notBefore: good.notBefore + n });
		assert.equal(isTicket(ticket), true);
		assert.equal(ticket.length, 97);
		assert.equal(slugOf(ticket), 'a'.repeat(56));
	}
});

test('every part counts', () => {
	const others = {
		slug: 'acmf', tenantId: '0b7bd1c6-8f0a-4f0e-9b0c-6f1a2b3c4d5f', keyId: 2, secret: Buffer.alloc(32), database: 'App', notBefore: 1700000001,
		lifetime: 3601,
	};
	const mac = (ticket) => ticket.slice(-25);
	const seen = new Set([mac(mintTicket(good))]);
	for (const [name, value] of Object.entries(others)) {
		seen.add(mac(mintTicket({ ...good, [name]: value })));
	}
	assert.equal(seen.size, 8);
});

test('a ticket is valid from now on, for an hour, unless told otherwise', () => {
	const { notBefore, lifetime, ...rest } = good;
	const before = Math.floor(Date.now() / 1000);
	const ticket = mintTicket(rest);
	const after = Math.floor(Date.now() / 1000);
	assert.ok([...Array(after - before + 1).keys()].some((n) => ticket === mintTicket({ ...rest, notBefore: before + n, lifetime: 3600 })));
});

test('what the format has no room for is refused', () => {
	const bad = {
		slug: ['', 'Acme', 'a.b', null, 'a'.repeat(57)],
		tenantId: ['', 'acme', null, good.tenantId + '0', good.tenantId + '\n', '{' + good.tenantId + '}'],
		keyId: [0, -1, 65536, 1.5, '1', NaN, null],
		secret: ['secret', null, [1, 2], new Uint8Array(0), new ArrayBuffer(8)],
		database: ['', null, 'a\nb', 'a\0b'],
		notBefore: [-1, 4294967296, 0.5, '1700000000', new Date(), NaN],
		lifetime: [0, -1, 16777216, 1.5, Infinity, '60'],
	};
	for (const [name, values] of Object.entries(bad)) {
		for (const value of values) {
			assert.throws(() => mintTicket({ ...good, [name]: value }), /TypeError|RangeError/, `${name}: ${String(value)}`);
		}
	}
});
