import {
	type CallHandler, createParamDecorator, type ExecutionContext, HttpException, Injectable, type NestInterceptor, type OnApplicationShutdown,
} from '@nestjs/common';
import { mintTicket, refusalStatus, withTenant } from '@tenancy/pg';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { from, lastValueFrom, type Observable } from 'rxjs';
import * as schema from './schema.js';
import type { TenantRequest } from './token.middleware.js';

export type Database = NodePgDatabase<typeof schema>;

const databases = new WeakMap<object, Database>();

/** The database as the request's tenant sees it, in the request's transaction: an argument of a handler. */
export const TenantDatabase = createParamDecorator((_: unknown, context: ExecutionContext): Database => {
	return databases.get(context.switchToHttp().getRequest<TenantRequest>())!;
});

/** What binds a request's transaction: the slug, or, with a key, a ticket that is good for a minute. */
function bindingOf({ tenant, auth }: TenantRequest): string {
	const { TICKET_KEY, TICKET_SECRET, PGDATABASE } = process.env;
	if (!TICKET_KEY || !TICKET_SECRET) {
		return tenant!;
	}
	return mintTicket({
		slug: tenant!, tenantId: String(auth?.tenant_id), keyId: Number(TICKET_KEY), secret: Buffer.from(TICKET_SECRET, 'hex'),
		database: PGDATABASE!, lifetime: 60,
	});
}

/** Runs each handler in a transaction that is bound to the request's tenant. The answer is sent after COMMIT. */
@Injectable()
export class TenantTransaction implements NestInterceptor, OnApplicationShutdown {
	private readonly pool = new pg.Pool({ max: 2 });

	intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
		const request = context.switchToHttp().getRequest<TenantRequest>();
		return from(this.run(request, next));
	}

	private async run(request: TenantRequest, next: CallHandler): Promise<unknown> {
		try {
			return await withTenant(this.pool, bindingOf(request), (client) => {
				databases.set(request, drizzle(client as pg.PoolClient, { schema }));
				return lastValueFrom(next.handle(), { defaultValue: undefined });
			});
		} catch (error) {
			const status = refusalStatus(error);
			throw status === null ? error : new HttpException('the tenant is refused', status);
		}
	}

	async onApplicationShutdown(): Promise<void> {
		await this.pool.end();
	}
}
