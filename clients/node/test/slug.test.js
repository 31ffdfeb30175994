import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSlug, isTicket, schemaOf, slugOf } from '../index.js';

const TICKET = 'acme.' + 'a2'.repeat(20);

const BAD = [
	'', 'Acme', 'acme_corp', 'acme corp', ' acme', 'acme\n', '\nacme', 'acme\0', "acme'", 'acme;', 'acme.', '.acme', 'akmé',
	'a\u0327', 'ａｃｍｅ', 'ＡＣＭＥ', 'acme\u200b', 'ı', 'K', 'a'.repeat(57), "test'; DROP SCHEMA tenant_test_bob; --",
	null, undefined, 7, true, ['acme'], { toString: () => 'acme' }, new String('acme'), Symbol('acme'),
];

test('slugs are what the server takes for slugs', () => {
	for (const slug of ['a', '0', '-', 'acme', 'test-alice', '42', 'a'.repeat(56)]) {
		assert.equal(isSlug(slug), true, slug);
		assert.equal(slugOf(slug), slug);
	}
	for (const value of BAD) {
		assert.equal(isSlug(value), false, String(value));
		assert.throws(() => slugOf(value), { code: '22023', refusal: 'invalid' });
	}
});

test('a refused value is not repeated', () => {
	assert.throws(() => slugOf('S3cret'), (error) => !error.message.includes('S3cret'));
});

test('schemas have _ where slugs have -', () => {
	assert.equal(schemaOf('test-alice'), 'tenant_test_alice');
	assert.equal(schemaOf(TICKET), 'tenant_acme');
	assert.throws(() => schemaOf('test_alice'), { code: '22023' });
});

test('tickets are told from slugs, by their form', () => {
	assert.equal(isTicket(TICKET), true);
	assert.equal(isSlug(TICKET), false);
	assert.equal(slugOf(TICKET), 'acme');
	for (const value of [TICKET + 'a', TICKET.slice(1 - TICKET.length, -1), 'acme', '.' + 'a2'.repeat(20), TICKET.toUpperCase(),
		TICKET + '\n', "ac'me." + 'a2'.repeat(20), 'acme.' + 'a1'.repeat(20)]) {
		assert.equal(isTicket(value), false, value);
	}
});
