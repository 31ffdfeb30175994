import { AsyncLocalStorage } from 'node:async_hooks';
import { currentRequest } from './request-scope.js';
import { guardClient, guardSql } from './guarded.js';
import { TenancyError } from './refusal.js';
import { slugOf } from './slug.js';

/** The transaction of withTenant() that is running around the code that asks. */
const scopes = new AsyncLocalStorage();

/** The scope around the caller, unless its transaction has ended: code that nobody waited for may outlive it. */
function currentScope() {
	const scope = scopes.getStore();
	return scope && scope.open ? scope : null;
}

/** The slug of the tenant that the code around works for, in withTenant() or in a request; null if there is none. */
export function currentTenant() {
	return currentScope()?.slug ?? currentRequest();
}

/** Refuses a tenant who is not the one that the code around works for. */
function refuseAnother(slug) {
	const current = currentTenant();
	if (current !== null && current !== slug) {
		throw new TenancyError('nested', '25001', `cannot work for tenant "${slug}" within work for tenant "${current}"`);
	}
}

/** Statement that binds a transaction. Neither a slug nor a ticket has a character that a literal would escape. */
function bindStatement(tenant) {
	return `SET LOCAL tenancy.tenant = '${tenant}'`;
}

/**
 * Runs fn in a transaction that is bound to a tenant, and returns what it returns. The transaction is
 * rolled back if fn throws.
 *
 * db is a Pool of node-postgres, or what postgres() of postgres.js returns; fn is given a client, or a sql, that
 * works until fn has ended. Within fn, another withTenant() with the same db and tenant joins the transaction; one with
 * another tenant is refused.
 */
export async function withTenant(db, tenant, fn) {
	const slug = slugOf(tenant);
	refuseAnother(slug);
	const around = currentScope();
	if (around && around.db === db) {
		return fn(around.handle);
	}
	const scope = { db, slug, handle: null, open: true };
	if (typeof db === 'function' && typeof db.begin === 'function') {
		return inSqlTransaction(scope, bindStatement(tenant), fn);
	}
	if (typeof db?.connect === 'function') {
		return inPoolTransaction(scope, bindStatement(tenant), fn);
	}
	throw new TypeError('withTenant() needs a Pool of node-postgres or the sql of postgres.js');
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
	scope.handle = guardClient(client, scope);
	let unusable = true;
	try {
		// One round trip: as one message, the second statement is skipped if the first fails.
		await client.query('BEGIN; ' + bind);
		const result = await scopes.run(scope, fn, scope.handle);
		scope.open = false;
		const ended = await client.query('COMMIT');
		unusable = lost !== null;
		if (ended.command !== 'COMMIT') {
			// PostgreSQL answers so where a statement had failed, and fn went on regardless.
			throw new TenancyError('rolled back', '25P02', 'the transaction was rolled back because a statement in it had failed');
		}
		return result;
	} catch (error) {
		scope.open = false;
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
			scope.handle = guardSql(sql, scope);
			try {
				const result = await scopes.run(scope, fn, scope.handle);
				return Array.isArray(result) ? await Promise.all(result) : result;
			} finally {
				scope.open = false;
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
