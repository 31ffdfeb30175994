import { TenancyError } from './refusal.js';
import { isSlug } from './slug.js';

/** A refusal with the status that a server answers. */
function refuse(refusal, code, status, message) {
	return Object.assign(new TenancyError(refusal, code, message), { status, statusCode: status, expose: true });
}

/** What a host's name has before a domain, as DNS compares names; undefined if it is no name in the domain. */
function subdomain(host, domain) {
	// Other characters than ASCII may become ASCII in lower case.
	if (typeof host !== 'string' || !/^[\x21-\x7e]+$/.test(host)) {
		return undefined;
	}
	const name = host.toLowerCase().replace(/:[0-9]*$/, '').replace(/\.$/, '');
	return name.endsWith('.' + domain) ? name.slice(0, -domain.length - 1) : undefined;
}

/** The value of an object's own property; what it inherits was put there by nobody. */
function own(object, name) {
	return object !== null && typeof object === 'object' && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The value of a header, which must not be there twice: node keeps the first of some, and others may read the last. */
function header(request, name) {
	const names = request.rawHeaders?.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name) ?? [];
	return names.length > 1 ? '' : own(request.headers, name);
}

/** For each place where a request may name a tenant: makes a function that reads it, from the options. */
const PLACES = {
	subdomain({ domain }) {
		if (typeof domain !== 'string' || !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(domain)) {
			throw new TypeError("from: 'subdomain' needs a domain, such as 'example.com'");
		}
		const lower = domain.toLowerCase();
		return (request) => {
			const host = header(request, 'host');
			// Express knows whether a proxy may be trusted to name the host.
			return subdomain(host === '' ? host : (request.hostname ?? host), lower);
		};
	},
	header({ header: name = 'x-tenant' }) {
		const lower = name.toLowerCase();
		return (request) => header(request, lower);
	},
	claim({ claim = 'tenant', claims = (request) => request.auth }) {
		return (request) => own(claims(request), claim);
	},
};

/**
 * Makes a function that tells the tenant of a request, or throws an error with the status 400 or 403. `from` names one
 * place or several: then the first must name a tenant, and where another one does too, it must be the same.
 */
export function tenantReader(options) {
	const places = [options?.from].flat();
	if (places.length === 0 || !places.every((place) => Object.hasOwn(PLACES, place))) {
		throw new TypeError("from must be 'subdomain', 'header' or 'claim', or several of them");
	}
	const readers = places.map((place) => PLACES[place](options));
	return (request) => {
		const [tenant, ...others] = readers.map((read) => read(request));
		if (tenant === undefined) {
			throw refuse('missing', '22023', 400, 'the request names no tenant');
		}
		for (const value of [tenant, ...others]) {
			if (value !== undefined && !isSlug(value)) {
				throw refuse('invalid', '22023', 400, 'the request names no valid tenant');
			}
		}
		if (others.some((value) => value !== undefined && value !== tenant)) {
			throw refuse('mismatch', '42501', 403, 'the request names two tenants');
		}
		return tenant;
	};
}
