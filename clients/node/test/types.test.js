import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as implementation from '@tenancy/pg';

test('the types are those that test/types/use.ts expects', () => {
	const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
	const { status, stdout } = spawnSync(process.execPath, [compiler, '--project', fileURLToPath(new URL('types', import.meta.url))],
		{ encoding: 'utf8' });
	assert.equal(stdout, '');
	assert.equal(status, 0);
});

test('the types name what the package exports, and nothing else', () => {
	const types = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8');
	const named = new Set([...types.matchAll(/^export (?:function|class) (\w+)/gm)].map((match) => match[1]));
	assert.deepEqual([...named].sort(), Object.keys(implementation).sort());
});
