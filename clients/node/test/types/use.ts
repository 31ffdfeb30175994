// What must pass the compiler, and what must not.
import { randomBytes } from 'node:crypto';
import express from 'express';
import pg from 'pg';
import postgres from 'postgres';
import {
	currentTenant, expressTenant, expressTenantErrors, isSlug, mintTicket, schemaOf, tenantReader, tenantRefusal, TenancyError, withTenant,
} from '@tenancy/pg';

const pool = new pg.Pool();
const sql = postgres();

const rows: { id: number }[] = await withTenant(pool, 'acme', async (client) => (await client.query<{ id: number }>('SELECT 1 AS id')).rows);
const count: number = await withTenant(pool, 'acme', () => rows.length);
const ids: { id: number }[] = await withTenant(sql, 'acme', (tx) => tx<{ id: number }[]>`SELECT 1 AS id`);
const pair = await withTenant(sql, 'acme', async (tx) => [await tx`SELECT 1`, count] as const);
const second: number = pair[1];
const tenant: string | null = currentTenant();
const schema: string = schemaOf('acme');
const ticket: string = mintTicket({ slug: 'acme', tenantId: '', keyId: 1, secret: randomBytes(32), database: 'app' });
const value: unknown = ticket;
if (isSlug(value)) {
	value.toLowerCase();
}
const refusal = tenantRefusal(new Error());
if (refusal === 'unknown') {
	console.log(schema);
}
const read = tenantReader({ from: 'header' });
read({ headers: { 'x-tenant': 'acme' } }).toLowerCase();

const app = express();
app.use(expressTenant({ from: ['claim', 'subdomain'], domain: 'example.com', claims: (request: { user: unknown }) => request.user }));
app.get('/', (request, response) => {
	const slug: string | undefined = request.tenant;
	response.json({ slug, tenant, second, ids });
});
app.use(expressTenantErrors());

// @ts-expect-error: fn is missing
withTenant(pool, 'acme');
// @ts-expect-error: a client is no pool
withTenant(new pg.Client(), 'acme', () => {});
// @ts-expect-error: the client is not given back by fn
withTenant(pool, 'acme', (client) => client.release());
// @ts-expect-error: there is no such place
expressTenant({ from: 'cookie' });
// @ts-expect-error: 'gone' is no refusal
refusal === 'gone';
// @ts-expect-error: the secret is bytes
mintTicket({ slug: 'acme', tenantId: '', keyId: 1, secret: 'secret', database: 'app' });
console.log(new Error() instanceof TenancyError);
