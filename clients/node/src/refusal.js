/**
 * A refusal of this package's own, before anything reaches the server. `refusal` says why in a word, `code` is the
 * SQLSTATE of the server's refusal for the same reason.
 */
export class TenancyError extends Error {
	constructor(refusal, code, message) {
		super(message);
		this.name = 'TenancyError';
		this.refusal = refusal;
		this.code = code;
	}
}

// What the server says when it refuses a tenant. Its SQLSTATEs have other meanings too; its messages are in
// English whatever the server's language.
const REFUSALS = [
	['22023', /^invalid tenant slug/, 'invalid'],
	['42704', /^tenant ".*" does not exist$/, 'unknown'],
	['55000', /^tenant ".*" is not active$/, 'inactive'],
	['42501', /^permission denied to bind tenant ".*"$/, 'forbidden'],
	['28000', /^(invalid ticket|a ticket is required to bind a tenant|invalid token)$/, 'ticket'],
];

// What this package refuses for the same reasons, or because a request names no tenant, or two.
const OWN = new Set(['missing', 'mismatch', ...REFUSALS.map((refusal) => refusal[2])]);

// An error may be a driver's that is wrapped in a framework's, as Prisma does.
const DEPTH = 5;

/**
 * Why a tenant was refused: 'missing', 'invalid', 'unknown', 'inactive', 'forbidden', 'mismatch' or 'ticket'; null if
 * the error is about something else. Looks through the causes of an error.
 */
export function tenantRefusal(error) {
	for (let depth = 0; depth < DEPTH && error !== null && typeof error === 'object'; depth++) {
		if (error instanceof TenancyError) {
			return OWN.has(error.refusal) ? error.refusal : null;
		}
		const message = String(error.originalMessage ?? error.message);
		const code = error.originalCode ?? error.code;
		const found = REFUSALS.find((refusal) => refusal[0] === code && refusal[1].test(message));
		if (found) {
			return found[2];
		}
		error = error.meta?.driverAdapterError ?? error.cause;
	}
	return null;
}

/** Tells whether an error means that the tenant was refused, and not that something went wrong. */
export function isTenantRefusal(error) {
	return tenantRefusal(error) !== null;
}
