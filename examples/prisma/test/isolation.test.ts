import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tenantRefusal, type TransactionOf } from '@tenancy/pg';
import type { PrismaClient } from '../generated/client';
import { clientOf, clients, inTenant, shared } from '../src/tenants';

type Client = TransactionOf<PrismaClient>;
type InTenant = <T>(tenant: string, fn: (client: Client) => Promise<T>) => Promise<T>;

const INJECTED = "test'; DROP SCHEMA tenant_test_bob; --";

const ops = new pg.Client({ user: 'ops' });
const superuser = new pg.Client({ user: 'postgres' });
beforeAll(() => Promise.all([ops.connect(), superuser.connect()]));
afterAll(() => Promise.all([ops.end(), superuser.end(), clients.end(), shared.$disconnect()]));

/** Runs a statement as an operator, and returns the first column of the first row. */
async function operate(statement: string, ...values: unknown[]): Promise<any> {
	const { rows } = await ops.query({ text: statement, values, rowMode: 'array' });
	return rows[0]?.[0];
}

/** The error that a promise ends with, as the server has worded it. */
async function serverError(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
	const error = await promise.then(() => expect.fail('no error'), (caught) => caught);
	const cause = error.meta?.driverAdapterError?.cause;
	return { code: cause?.originalCode ?? error.code, message: cause?.originalMessage ?? error.message };
}

beforeEach(async () => {
	await superuser.query('TRUNCATE tenant_test_alice.agents, tenant_test_alice.tasks, tenant_test_bob.agents, tenant_test_bob.tasks');
	await superuser.query(`
		INSERT INTO tenant_test_alice.agents VALUES (1, 'Alice''s agent');
		INSERT INTO tenant_test_alice.tasks VALUES (10, 1, 'Alice''s task');
		INSERT INTO tenant_test_bob.agents VALUES (2, 'Bob''s agent');
		INSERT INTO tenant_test_bob.tasks VALUES (20, 2, 'Bob''s task')`);
});

const ways: [string, InTenant][] = [
	['a client for each tenant', (tenant, fn) => clients.use(tenant, fn)],
	['a transaction of a client for each tenant', (tenant, fn) => clients.use(tenant, (client) => client.$transaction(fn))],
	['one shared client, bound per transaction', inTenant],
];

describe.each(ways)('%s', (_, inTenant) => {
	test('Alice sees her agents and tasks only', async () => {
		expect(await inTenant('test-alice', (alice) => alice.agent.findMany({ include: { tasks: true } }))).toEqual([
			{ id: 1, name: "Alice's agent", tasks: [{ id: 10, agentId: 1, title: "Alice's task", state: 'open' }] },
		]);
		expect(await inTenant('test-alice', (alice) => alice.task.count())).toBe(1);
		expect(await inTenant('test-bob', (bob) => bob.agent.findMany())).toEqual([{ id: 2, name: "Bob's agent" }]);
	});

	test("Bob's ids give Alice nothing", async () => {
		await inTenant('test-alice', async (alice) => {
			expect(await alice.agent.findUnique({ where: { id: 2 } })).toBeNull();
			expect(await alice.task.findFirst({ where: { id: 20 } })).toBeNull();
			expect(await alice.task.findMany({ where: { agent: { name: { contains: 'Bob' } } } })).toEqual([]);
			expect(await alice.task.updateMany({ where: { id: 20 }, data: { title: 'stolen' } })).toEqual({ count: 0 });
			expect(await alice.agent.deleteMany({ where: { id: 2 } })).toEqual({ count: 0 });
		});
		await expect(inTenant('test-alice', (alice) => alice.task.update({ where: { id: 20 }, data: { title: 'stolen' } })))
			.rejects.toMatchObject({ code: 'P2025' });
		expect(await inTenant('test-bob', (bob) => bob.task.findUnique({ where: { id: 20 } }))).toMatchObject({ title: "Bob's task" });
	});

	test("Bob's schema is refused to Alice, and the attempt is counted", async () => {
		const count = () => operate("SELECT attempts_made FROM tenancy.stat_tenants WHERE slug = 'test-alice'");
		const before = Number(await count());
		expect(await serverError(inTenant('test-alice', (alice) => alice.$queryRaw`SELECT * FROM tenant_test_bob.agents`)))
			.toEqual({ code: '42501', message: 'cross-tenant access to schema "tenant_test_bob" denied' });
		expect(await serverError(inTenant('test-alice', (alice) => alice.$executeRaw`DELETE FROM "tenant_test_bob"."agents"`)))
			.toMatchObject({ code: '42501' });
		expect(Number(await count())).toBe(before + 2);
		expect(await inTenant('test-bob', (bob) => bob.agent.count())).toBe(1);
	});

	test('a suspended tenant is refused, also where he was at work already', async () => {
		expect(await inTenant('test-bob', (bob) => bob.agent.count())).toBe(1);
		await operate("SELECT tenancy.suspend('test-bob', 'invoice overdue')");
		try {
			expect(await serverError(inTenant('test-bob', (bob) => bob.agent.findMany())))
				.toEqual({ code: '55000', message: 'tenant "test-bob" is not active' });
			expect(await inTenant('test-bob', (bob) => bob.agent.findMany()).catch(tenantRefusal)).toBe('inactive');
			expect(await inTenant('test-alice', (alice) => alice.agent.count())).toBe(1);
		} finally {
			await operate("SELECT tenancy.activate('test-bob')");
		}
		expect(await inTenant('test-bob', (bob) => bob.agent.count())).toBe(1);
	});

	test('a slug with SQL in it is refused, and harms nothing', async () => {
		expect(await inTenant(INJECTED, (client) => client.agent.findMany()).catch((error) => [error.code, tenantRefusal(error)]))
			.toEqual(['22023', 'invalid']);
		expect(await serverError(inTenant('test-alice', (alice) => alice.$executeRaw`SELECT pg_catalog.set_config('tenancy.tenant', ${INJECTED}, true)`)))
			.toMatchObject({ code: '22023' });
		expect(await inTenant('test-bob', (bob) => bob.agent.count())).toBe(1);
	});

	test('a tenant who does not exist is refused', async () => {
		expect(await serverError(inTenant('test-nobody', (client) => client.agent.findMany())))
			.toEqual({ code: '42704', message: 'tenant "test-nobody" does not exist' });
		expect(await inTenant('test-nobody', (client) => client.agent.findMany()).catch(tenantRefusal)).toBe('unknown');
	});

	test('another tenant is refused in the middle', async () => {
		await inTenant('test-alice', async (alice) => {
			await expect(inTenant('test-bob', (bob) => bob.agent.findMany())).rejects.toMatchObject({ refusal: 'nested' });
			expect(await alice.agent.count()).toBe(1);
		});
		expect(await serverError(inTenant('test-alice', async (alice) => {
			await alice.$executeRaw`SELECT pg_catalog.set_config('tenancy.tenant', 'test-bob', true)`;
		}))).toMatchObject({ code: expect.stringMatching(/^(25001|55000)$/) });
	});

	test('reads and writes of all kinds reach the own tenant', async () => {
		await inTenant('test-alice', async (alice) => {
			await alice.agent.create({ data: { id: 3, name: 'third', tasks: { create: [{ id: 30, title: 'x' }, { id: 31, title: 'y', state: 'done' }] } } });
			await alice.agent.createMany({ data: [{ id: 4, name: 'fourth' }, { id: 5, name: 'fifth' }] });
			await alice.agent.upsert({ where: { name: 'fifth' }, create: { id: 6, name: 'fifth' }, update: { name: 'no longer fifth' } });
			expect(await alice.task.groupBy({ by: ['state'], _count: true, orderBy: { state: 'asc' } }))
				.toEqual([{ state: 'open', _count: 2 }, { state: 'done', _count: 1 }]);
			expect(await alice.task.aggregate({ _max: { id: true }, where: { state: { in: ['done'] } } })).toEqual({ _max: { id: 31 } });
			expect(await alice.agent.findMany({
				where: { tasks: { some: { state: 'done' } } }, select: { name: true, _count: { select: { tasks: true } } },
				orderBy: { tasks: { _count: 'desc' } },
			})).toEqual([{ name: 'third', _count: { tasks: 2 } }]);
			await alice.task.update({ where: { id: 30 }, data: { agent: { connect: { id: 4 } } } });
			await alice.task.delete({ where: { id: 31 } });
			await alice.agent.delete({ where: { id: 3 } });
			expect(await alice.$queryRaw`SELECT name FROM agents WHERE id = ${5}`).toEqual([{ name: 'no longer fifth' }]);
		});
		expect((await superuser.query('SELECT count(*)::int AS n FROM tenant_test_alice.agents')).rows).toEqual([{ n: 3 }]);
		expect((await superuser.query('SELECT count(*)::int AS n FROM tenant_test_bob.agents')).rows).toEqual([{ n: 1 }]);
	});

	test('many requests of both at once', async () => {
		await Promise.all(Array.from({ length: 100 }, (_, n) => {
			const [slug, id] = n % 2 ? ['test-alice', 1] : ['test-bob', 2];
			return inTenant(slug as string, async (client) => {
				expect(await client.agent.findMany({ select: { id: true } })).toEqual([{ id }]);
			});
		}));
	});
});

describe('one shared client', () => {
	test('without a tenant it reaches nobody', async () => {
		expect(await serverError(shared.agent.findMany())).toMatchObject({ code: '42P01' });
		expect(await serverError(shared.$queryRaw`SELECT * FROM tenant_test_bob.agents`))
			.toEqual({ code: '42501', message: 'access to tenant schema "tenant_test_bob" denied: no tenant is bound' });
	});

	test('binding by hand, in $transaction()', async () => {
		expect(await shared.$transaction(async (tx) => {
			await tx.$executeRaw`SELECT pg_catalog.set_config('tenancy.tenant', ${'test-bob'}, true)`;
			return tx.agent.findMany();
		})).toEqual([{ id: 2, name: "Bob's agent" }]);
		const [, agents] = await shared.$transaction([
			shared.$executeRaw`SELECT pg_catalog.set_config('tenancy.tenant', ${'test-alice'}, true)`,
			shared.agent.findMany(),
		]);
		expect(agents).toEqual([{ id: 1, name: "Alice's agent" }]);
	});

	test('shared tables are there too', async () => {
		expect(await inTenant('test-alice', (alice) => alice.country.findMany())).toEqual([{ code: 'NL', name: 'Netherlands' }]);
		expect(await serverError(inTenant('test-alice', (alice) => alice.country.deleteMany()))).toMatchObject({ code: '42501' });
	});

	test('a binding that would outlive its transaction is refused', async () => {
		expect(await serverError(shared.$executeRaw`SELECT pg_catalog.set_config('tenancy.tenant', 'test-alice', false)`)).toMatchObject({ code: '55000' });
	});

	test('the connection is not bound after the transaction', async () => {
		await inTenant('test-alice', (alice) => alice.agent.count());
		expect(await shared.$queryRaw`SELECT current_setting('tenancy.tenant') AS tenant`).toEqual([{ tenant: '' }]);
	});

	test('an error rolls back, also one that is swallowed', async () => {
		await expect(inTenant('test-alice', async (alice) => {
			await alice.agent.create({ data: { id: 9, name: 'lost' } });
			throw new Error('mine');
		})).rejects.toThrow('mine');
		await expect(inTenant('test-alice', async (alice) => {
			await alice.agent.create({ data: { id: 9, name: 'lost' } });
			await alice.agent.create({ data: { id: 9, name: 'twice' } }).catch(() => {});
		})).rejects.toThrow();
		expect(await inTenant('test-alice', (alice) => alice.agent.count())).toBe(1);
	});

	test('what was put aside is of no use afterwards', async () => {
		let aside!: Client;
		await inTenant('test-alice', async (alice) => { aside = alice; });
		await inTenant('test-bob', async () => {
			await expect(aside.agent.create({ data: { id: 9, name: 'of Alice' } })).rejects.toThrow();
		});
		expect(await inTenant('test-bob', (bob) => bob.agent.count())).toBe(1);
	});
});

describe('a client for the tenant of a URL', () => {
	test('?schema= stays as it is', async () => {
		const url = new URL(process.env.DATABASE_URL!);
		url.searchParams.set('schema', 'tenant_test_alice');
		const alice = clientOf(url.href);
		try {
			expect(await alice.agent.findMany()).toEqual([{ id: 1, name: "Alice's agent" }]);
			expect(await serverError(alice.$queryRaw`SELECT * FROM tenant_test_bob.agents`)).toMatchObject({ code: '42501' });
		} finally {
			await alice.$disconnect();
		}
	});
});

test('the program of the example', async () => {
	const run = promisify(execFile);
	const { stdout } = await run(process.execPath, ['--import', 'tsx', 'src/main.ts', 'test-alice', 'test-bob']);
	expect(stdout).toBe([
		`test-alice [{"id":1,"name":"Alice's agent"}] [{"id":1,"name":"Alice's agent"}]`,
		`test-bob [{"id":2,"name":"Bob's agent"}] [{"id":2,"name":"Bob's agent"}]`, '',
	].join('\n'));
	await expect(run(process.execPath, ['--import', 'tsx', 'src/main.ts', INJECTED])).rejects.toMatchObject({ code: 1 });
});
