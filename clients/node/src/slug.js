import { TenancyError } from './refusal.js';

const SLUG = /^[a-z0-9-]{1,56}$/;
const TICKET = /^[a-z0-9-]{1,56}\.[a-z2-7]{40}$/;

/** Tells whether a value is a tenant's name: 1 to 56 of a-z, 0-9 and -. */
export function isSlug(value) {
	// $ does not match before a line feed here, as it does in other languages.
	return typeof value === 'string' && SLUG.test(value);
}

/** Tells whether a value looks like a ticket; the server alone can tell whether it is one. */
export function isTicket(value) {
	return typeof value === 'string' && TICKET.test(value);
}

/** The slug of a slug or a ticket. Anything else is refused, so the value is safe within quotes in SQL. */
export function slugOf(tenant) {
	if (isSlug(tenant)) {
		return tenant;
	}
	if (isTicket(tenant)) {
		return tenant.slice(0, tenant.indexOf('.'));
	}
	// The value may be an attack, or a secret that was put into the wrong variable: it is not repeated.
	throw new TenancyError('invalid', '22023', 'invalid tenant: neither a slug nor a ticket');
}

/** The name of a tenant's schema. */
export function schemaOf(tenant) {
	return 'tenant_' + slugOf(tenant).replaceAll('-', '_');
}
