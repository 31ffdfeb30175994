import { tenantRefusal } from './refusal.js';
import { inRequest } from './request-scope.js';
import { tenantReader } from './request.js';

/** Middleware that sets request.tenant to the slug of the request's tenant. See tenantReader() for the options. */
export function expressTenant(options) {
	const read = tenantReader(options);
	return (request, response, next) => {
		let tenant;
		try {
			tenant = read(request);
		} catch (error) {
			next(error);
			return;
		}
		request.tenant = tenant;
		inRequest(tenant, next);
	};
}

/** The status that a request deserves whose tenant was refused. */
export function refusalStatus(error) {
	const refusal = tenantRefusal(error);
	if (refusal === null) {
		return null;
	}
	return refusal === 'missing' || refusal === 'invalid' ? 400 : 403;
}

/**
 * Middleware for errors, to come after the routes: answers 400 where no tenant is named, 403 where a tenant was refused. Why,
 * it does not say: whoever asks is not to learn which tenants there are. Other errors go on.
 */
export function expressTenantErrors() {
	return (error, request, response, next) => {
		const status = refusalStatus(error);
		if (status === null || response.headersSent) {
			next(error);
			return;
		}
		response.status(status).json({ error: status === 400 ? 'the request names no tenant' : 'the tenant is refused' });
	};
}
