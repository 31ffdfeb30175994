import { guardClient, guardSql } from './guarded.js';
import { TenancyError } from './refusal.js';
import { inScope, makeScope, scopeToJoin } from './scope.js';
import { isTicket, slugOf } from './slug.js';

/** The statement that binds a transaction to a slug, which has no character that a literal would escape. */
const bindSlug = (slug) => `SET LOCAL tenancy.tenant = '${slug}'`;

/** The one for a ticket, as a parameter: in a text it could be logged, and SQL could read it. */
const BIND_TICKET = "SELECT pg_catalog.set_config('tenancy.tenant', $1, true)";

/**
 * Runs fn in a transaction that is bound to a tenant, and returns what it returns. The transaction is
 * rolled back if fn throws.
 *
 * db is a Pool of node-postgres, what postgres() of postgres.js returns, or a client of Prisma, to whose $transaction()
 * the options go. fn is given what works in the transaction, until fn has ended. Within fn, another
 * withTenant() with the same db and tenant joins the transaction; one with another tenant is refused.
 */
export async function withTenant(db, tenant, fn, options) {
	const slug = slugOf(tenant);
	const around = scopeToJoin(db, slug);
	if (around) {
		return fn(around.handle);
	}
	const scope = makeScope(db, slug);
	if (typeof db === 'function' && typeof db.begin === 'function') {
		return inSqlTransaction(scope, tenant, fn);
	}
	if (typeof db?.$transaction === 'function') {
		return inPrismaTransaction(scope, tenant, fn, options);
	}
	if (typeof db?.connect === 'function') {
		return inPoolTransaction(scope, tenant, fn);
	}
	throw new TypeError('withTenant() needs a Pool of node-postgres, the sql of postgres.js, or a client of Prisma');
}

/** withTenant() for a Pool of node-postgres. */
async function inPoolTransaction(scope, tenant, fn) {
	const client = await scope.db.connect();
	if (typeof client?.release !== 'function') {
		throw new TypeError('withTenant() needs a Pool of node-postgres, not a client');
	}
	// The loss of a connection is an event as well as an error; nobody else listens while the client is lent.
	let lost = null;
	const onError = (error) => (lost = error);
	client.on('error', onError);
	let unusable = true;
	try {
		if (isTicket(tenant)) {
			await client.query('BEGIN');
			await client.query(BIND_TICKET, [tenant]);
		} else {
			// One message, one round trip.
			await client.query('BEGIN; ' + bindSlug(tenant));
		}
		const result = await inScope(scope, guardClient(client, scope), fn);
		const ended = await client.query('COMMIT');
		unusable = lost !== null;
		if (ended.command !== 'COMMIT') {
			// PostgreSQL answers so where a statement had failed, and fn went on regardless.
			throw new TenancyError('rolled back', '25P02', 'the transaction was rolled back because a statement in it had failed');
		}
		return result;
	} catch (error) {
		if (unusable && lost === null) {
			unusable = await client.query('ROLLBACK').then(() => lost !== null, () => true);
		}
		throw error;
	} finally {
		client.removeListener('error', onError);
		// A connection of unknown state is closed: the server then rolls back.
		client.release(unusable);
	}
}

/** withTenant() for the sql of postgres.js, which begins, ends and gives back by itself. */
async function inSqlTransaction(scope, tenant, fn) {
	let over = false;
	try {
		return await scope.db.begin(async (sql) => {
			await (isTicket(tenant) ? sql.unsafe(BIND_TICKET, [tenant]) : sql.unsafe(bindSlug(tenant)));
			try {
				const result = await inScope(scope, guardSql(sql, scope), async (tx) => {
					const queries = await fn(tx);
					return Array.isArray(queries) ? Promise.all(queries) : queries;
				});
				return result;
			} finally {
				if (over) {
					// The connection is lost, and the caller has been told. postgres.js 3.4 would now send COMMIT or
					// ROLLBACK regardless, and end the process by an error that nobody can catch: it waits for ever.
					await new Promise(() => {});
				}
			}
		});
	} finally {
		scope.open = false;
		over = true;
	}
}

/** withTenant() for a client of Prisma, whose transactions are of no use after their end by themselves. */
async function inPrismaTransaction(scope, tenant, fn, options) {
	try {
		return await scope.db.$transaction(async (tx) => {
			await (isTicket(tenant) ? tx.$executeRawUnsafe(BIND_TICKET, tenant) : tx.$executeRawUnsafe(bindSlug(tenant)));
			return inScope(scope, tx, fn);
		}, options);
	} finally {
		scope.open = false;
	}
}
