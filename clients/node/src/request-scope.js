import { AsyncLocalStorage } from 'node:async_hooks';

/** The tenant of the request that is served. */
const requests = new AsyncLocalStorage();

/** The slug of the tenant of the request around the caller; null outside of requests. */
export function currentRequest() {
	return requests.getStore() ?? null;
}

/** Runs fn as part of a request of a tenant. */
export function inRequest(slug, fn) {
	return requests.run(slug, fn);
}
