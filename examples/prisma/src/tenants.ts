import { PrismaPg } from '@prisma/adapter-pg';
import { withTenant, type TransactionOf } from '@tenancy/pg';
import { tenantClients, tenantConnection, unqualified, type TenantConnection } from '@tenancy/pg/prisma';
import { PrismaClient } from '../generated/client';

const url = process.env.DATABASE_URL ?? 'postgresql://one@localhost/app';
const sharedUrl = process.env.SHARED_DATABASE_URL ?? 'postgresql://app@localhost/app';

/** Makes a client whose connections are bound to a tenant from the start. */
function makeClient({ connectionString, schema }: TenantConnection): PrismaClient {
	return new PrismaClient({ adapter: new PrismaPg({ connectionString, max: 2 }, { schema }) });
}

/** First way: a client for the one tenant that the URL names, as in ?schema=tenant_acme. */
export function clientOf(urlOfTenant: string): PrismaClient {
	return makeClient(tenantConnection(urlOfTenant));
}

/** Second way: a client for each tenant, at most 10 at once. */
export const clients = tenantClients({ url, create: makeClient, max: 10 });

/** Third way: one client for all tenants, ... */
export const shared = new PrismaClient({ adapter: unqualified(new PrismaPg({ connectionString: sharedUrl, max: 2 })) });

/** ... which works in transactions that are bound to a tenant. */
export function inTenant<T>(tenant: string, fn: (tx: TransactionOf<PrismaClient>) => Promise<T>): Promise<T> {
	return withTenant(shared, tenant, fn);
}
