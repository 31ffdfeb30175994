import { guardClient, guardSql } from './guarded.js';
import { TenancyError } from './refusal.js';
import { inScope, makeScope, scopeToJoin } from './scope.js';
import { slugOf } from './slug.js';

/** Statement that binds a transaction. Neither a slug nor a ticket has a character that a literal would escape. */
function bindStatement(tenant) {
	return `SET LOCAL tenancy.tenant = '${tenant}'`;
}

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
		return inSqlTransaction(scope, bindStatement(tenant), fn);
	}
	if (typeof db?.$transaction === 'function') {
		return inPrismaTransaction(scope, bindStatement(tenant), fn, options);
	}
	if (typeof db?.connect === 'function') {
		return inPoolTransaction(scope, bindStatement(tenant), fn);
	}
	throw new TypeError('withTenant() needs a Pool of node-postgres, the sql of postgres.js, or a client of Prisma');
}

/** withTenant() for a Pool of node-postgres. */
async function inPoolTransaction(scope, bind, fn) {
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
		// One round trip: as one message, the second statement is skipped if the first fails.
		await client.query('BEGIN; ' + bind);
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
async function inSqlTransaction(scope, bind, fn) {
	let over = false;
	try {
		return await scope.db.begin(async (sql) => {
			await sql.unsafe(bind);
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
async function inPrismaTransaction(scope, bind, fn, options) {
	try {
		return await scope.db.$transaction(async (tx) => {
			await tx.$executeRawUnsafe(bind);
			return inScope(scope, tx, fn);
		}, options);
	} finally {
		scope.open = false;
	}
}
