// Runs the program, as a user would.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** Runs notes.js; returns what it prints, errors last. */
function notes(...args) {
	const { stdout, stderr, status } = spawnSync(process.execPath, ['notes.js', ...args],
		{ cwd: new URL('.', import.meta.url), encoding: 'utf8', env: { ...process.env, PGUSER: 'app' } });
	assert.equal(status, stderr === '' ? 0 : 1, stderr);
	return stdout + stderr;
}

const [one, two] = process.env.TENANTS.split(' ');

test('each tenant has notes of his own', () => {
	assert.equal(notes(one, 'add', 'Call Bob'), '1 Call Bob\n');
	assert.equal(notes(one, 'add', "it's; DROP TABLE notes; --"), "1 Call Bob\n2 it's; DROP TABLE notes; --\n");
	assert.equal(notes(two, 'list'), '');
	assert.equal(notes(two, 'add', 'Call Alice'), '1 Call Alice\n');
	assert.equal(notes(one, 'list'), "1 Call Bob\n2 it's; DROP TABLE notes; --\n");
});

test('refusals are told', () => {
	assert.equal(notes('nobody', 'list'), 'tenant refused: unknown\n');
	assert.equal(notes("x'; DROP SCHEMA tenant_acme; --", 'list'), 'tenant refused: invalid\n');
	assert.equal(notes(), 'tenant refused: invalid\n');
});
