import { createHmac } from 'node:crypto';
import { isSlug } from './slug.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MAC_BYTES = 16;

/** RFC 4648 base32 in lower case of a multiple of 5 bytes, which needs no padding. */
function base32(bytes) {
	let text = '';
	for (let at = 0; at < bytes.length; at += 5) {
		// 5 bytes are 8 characters.
		let bits = bytes.readUIntBE(at, 5);
		let group = '';
		for (let n = 0; n < 8; n++) {
			group = ALPHABET[bits % 32] + group;
			bits = Math.floor(bits / 32);
		}
		text += group;
	}
	return text;
}

/** Refuses a number that the format has no room for. */
function checkNumber(name, value, least, most) {
	if (!Number.isInteger(value) || value < least || value > most) {
		throw new RangeError(`${name} must be an integer from ${least} to ${most}`);
	}
}

/**
 * Makes a ticket, by which the server binds a tenant. secret is the key keyId of tenancy.ticket_keys, as bytes;
 * tenantId is the tenant's id in tenancy.tenants; notBefore is in Unix seconds (default: now), lifetime in seconds.
 */
export function mintTicket({ slug, tenantId, keyId, secret, database, notBefore = Math.floor(Date.now() / 1000), lifetime = 3600 }) {
	if (!isSlug(slug)) {
		throw new TypeError('slug must be a slug');
	}
	if (typeof tenantId !== 'string' || !UUID.test(tenantId.toLowerCase())) {
		throw new TypeError('tenantId must be a UUID');
	}
	if (!(secret instanceof Uint8Array) || secret.length === 0) {
		throw new TypeError('secret must be bytes');
	}
	if (typeof database !== 'string' || database === '' || /[\0\n]/.test(database)) {
		throw new TypeError('database must be the name of a database');
	}
	checkNumber('keyId', keyId, 1, 0xffff);
	checkNumber('notBefore', notBefore, 0, 0xffffffff);
	checkNumber('lifetime', lifetime, 1, 0xffffff);

	const bytes = Buffer.alloc(25);
	bytes.writeUInt16BE(keyId, 0);
	bytes.writeUInt32BE(notBefore, 2);
	bytes.writeUIntBE(lifetime, 6, 3);
	createHmac('sha256', secret)
		.update(['tenancy-ticket-1', slug, tenantId.toLowerCase(), keyId, notBefore, lifetime, database].join('\n'))
		.digest()
		.copy(bytes, 9, 0, MAC_BYTES);
	return slug + '.' + base32(bytes);
}
