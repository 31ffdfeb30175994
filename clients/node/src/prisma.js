// For Prisma 7 with @prisma/adapter-pg; imports neither. README.md explains it.
import { TenancyError, tenantRefusal } from './refusal.js';
import { inScope, makeScope, scopeToJoin } from './scope.js';
import { schemaOf, slugOf } from './slug.js';

/** Names the schema in the SQL that Prisma writes for unqualified(). */
const PLACEHOLDER = '$tenant';
const QUALIFIER = `"${PLACEHOLDER}".`;

/** The tenant of a schema's name; undefined if the schema is no tenant's. */
function tenantOfSchema(schema) {
	return schema?.startsWith('tenant_') ? slugOf(schema.slice('tenant_'.length).replaceAll('_', '-')) : undefined;
}

/**
 * What @prisma/adapter-pg needs to work for one tenant: connectionString and schema, and the tenant's slug. The tenant is given,
 * or is the one whose schema the URL names, as in ?schema=tenant_acme.
 */
export function tenantConnection(url, tenant) {
	const [base, query = ''] = url.split(/\?(.*)/s);
	const parameters = new URLSearchParams(query);
	const named = tenantOfSchema(parameters.get('schema'));
	const bound = tenant ?? named;
	if (bound === undefined) {
		throw new TenancyError('missing', '22023', 'neither is a tenant given, nor does the URL name the schema of one');
	}
	const slug = slugOf(bound);
	if (named !== undefined && named !== slug) {
		throw new TenancyError('mismatch', '42501', `the URL names the schema of another tenant than "${slug}"`);
	}
	parameters.delete('schema');
	parameters.set('options', `${parameters.get('options') ?? ''} -c tenancy.tenant=${bound}`.trim());
	return {
		connectionString: `${base}?${parameters.toString().replaceAll('+', '%20')}`,
		schema: schemaOf(slug),
		tenant: slug,
	};
}

/** Takes the placeholder out of a query, so that the search_path says where its tables are. */
function unqualify(query) {
	return { ...query, sql: query.sql.replaceAll(QUALIFIER, '') };
}

/** A transaction of an adapter that does not take a COMMIT for success after a statement has failed. */
function wrapTransaction(transaction) {
	let failed = null;
	const run = (method) => async (query) => {
		if (failed !== null && query.sql === 'COMMIT') {
			await transaction.executeRaw({ ...query, sql: 'ROLLBACK' });
			throw failed;
		}
		try {
			return await transaction[method](unqualify(query));
		} catch (error) {
			failed = error;
			throw error;
		}
	};
	const own = {
		queryRaw: run('queryRaw'),
		executeRaw: run('executeRaw'),
		rollbackToSavepoint: async (name) => {
			await transaction.rollbackToSavepoint(name);
			failed = null;
		},
	};
	return overlay(transaction, own);
}

/** An object with some of its members replaced. */
function overlay(object, own) {
	return new Proxy(object, {
		get(target, name) {
			if (Object.hasOwn(own, name)) {
				return own[name];
			}
			const value = Reflect.get(target, name, target);
			return typeof value === 'function' ? value.bind(target) : value;
		},
	});
}

/**
 * Wraps the factory of a driver adapter so that Prisma's queries do not name a schema. One client then
 * serves all tenants: the binding of the transaction decides whose tables a query means.
 */
export function unqualified(factory) {
	return overlay(factory, {
		connect: async () => {
			const adapter = await factory.connect();
			return overlay(adapter, {
				queryRaw: (query) => adapter.queryRaw(unqualify(query)),
				executeRaw: (query) => adapter.executeRaw(unqualify(query)),
				startTransaction: async (level) => wrapTransaction(await adapter.startTransaction(level)),
				getConnectionInfo: () => ({ ...adapter.getConnectionInfo(), schemaName: PLACEHOLDER }),
			});
		},
	});
}

/**
 * A cache of Prisma clients, one for each tenant, with at most max of them. create is given what tenantConnection()
 * returns, and makes a client.
 */
export function tenantClients({ url, create, max = 20 }) {
	if (!Number.isInteger(max) || max < 1) {
		throw new RangeError('max must be a positive integer');
	}
	/** By slug; the one that was used least recently comes first. */
	const entries = new Map();
	/** How many clients are open, those that are being closed included. */
	let open = 0;
	/** Those who wait for a client to become free. */
	const waiting = [];

	/** Lets those who wait look again. */
	function wakeAll() {
		waiting.splice(0).forEach((wake) => wake());
	}

	/** Closes a client that nobody uses any more. */
	async function close(slug, entry) {
		entries.delete(slug);
		try {
			await entry.client.$disconnect();
		} finally {
			open--;
			wakeAll();
		}
	}

	/** Finds or makes the client of a tenant, and notes that somebody uses it. */
	async function acquire(slug) {
		for (;;) {
			const entry = entries.get(slug);
			if (entry) {
				entries.delete(slug);
				entries.set(slug, entry);
				entry.users++;
				return entry;
			}
			if (open < max) {
				const made = { client: create(tenantConnection(url, slug)), users: 1, refused: false };
				open++;
				entries.set(slug, made);
				return made;
			}
			const idle = [...entries].find(([, other]) => other.users === 0);
			if (idle) {
				await close(...idle);
			} else {
				await new Promise((resolve) => waiting.push(resolve));
			}
		}
	}

	/** Notes that somebody has done with a client. */
	async function release(slug, entry) {
		entry.users--;
		if (entry.users === 0 && entry.refused) {
			await close(slug, entry);
		} else {
			wakeAll();
		}
	}

	return {
		/** Runs fn with the client of a tenant, and returns what it returns. */
		async use(tenant, fn) {
			const slug = slugOf(tenant);
			if (slug !== tenant) {
				throw new TypeError('clients that are kept cannot follow tickets, which end: use withTenant() with one shared client');
			}
			const around = scopeToJoin(this, slug);
			if (around) {
				return fn(around.handle);
			}
			const entry = await acquire(slug);
			try {
				return await inScope(makeScope(this, slug), entry.client, fn);
			} catch (error) {
				// Requests for tenants that there are not shall not drive out those that there are.
				entry.refused ||= tenantRefusal(error) !== null;
				throw error;
			} finally {
				await release(slug, entry);
			}
		},

		/** How many clients are open. */
		get size() {
			return open;
		},

		/** Closes all clients. Nobody may use one any more. */
		async end() {
			await Promise.all([...entries].map((entry) => close(...entry)));
		},
	};
}
