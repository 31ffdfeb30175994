import { AsyncLocalStorage } from 'node:async_hooks';
import { TenancyError } from './refusal.js';
import { currentRequest } from './request-scope.js';

/** The work for a tenant that is going on around the code that asks. */
const scopes = new AsyncLocalStorage();

/** The scope around the caller, unless it has ended: code that nobody waited for may outlive it. */
function currentScope() {
	const scope = scopes.getStore();
	return scope && scope.open ? scope : null;
}

/** The slug of the tenant that the code around works for, in withTenant() or in a request; null if there is none. */
export function currentTenant() {
	return currentScope()?.slug ?? currentRequest();
}

/**
 * The scope that work for a tenant with a database joins; null if there is none to join. Refuses a tenant who is not
 * the one that the code around works for.
 */
export function scopeToJoin(db, slug) {
	const current = currentTenant();
	if (current !== null && current !== slug) {
		throw new TenancyError('nested', '25001', `cannot work for tenant "${slug}" within work for tenant "${current}"`);
	}
	const scope = currentScope();
	return scope?.db === db ? scope : null;
}

/** Makes a scope; its handle is what functions get that work in it. */
export function makeScope(db, slug) {
	return { db, slug, handle: null, open: true };
}

/** Runs fn in a scope, which ends with it. */
export async function inScope(scope, handle, fn) {
	scope.handle = handle;
	try {
		return await scopes.run(scope, fn, handle);
	} finally {
		scope.open = false;
	}
}
