/** What @prisma/adapter-pg needs to work for one tenant. */
export interface TenantConnection {
	/** Binds each connection to the tenant. */
	connectionString: string;
	/** Name of the tenant's schema, for the option schema of the adapter. */
	schema: string;
	/** The tenant's slug. */
	tenant: string;
}

/** Makes a TenantConnection for a tenant, or for the one whose schema the URL names, as in ?schema=tenant_acme. */
export function tenantConnection(url: string, tenant?: string): TenantConnection;

/** Wraps the factory of a driver adapter so that Prisma's queries do not name a schema. */
export function unqualified<Factory extends object>(factory: Factory): Factory;

export interface TenantClients<Client> {
	/** Runs fn with the client of a tenant, and returns what it returns. */
	use<T>(tenant: string, fn: (client: Client) => T | PromiseLike<T>): Promise<T>;
	/** How many clients are open. */
	readonly size: number;
	/** Closes all clients. Nobody may use one any more. */
	end(): Promise<void>;
}

/** A cache of Prisma clients, one for each tenant, with at most max (default: 20) of them. */
export function tenantClients<Client extends { $disconnect(): Promise<void> }>(options: {
	url: string;
	create: (connection: TenantConnection) => Client;
	max?: number;
}): TenantClients<Client>;
