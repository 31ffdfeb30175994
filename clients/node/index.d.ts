import type { Pool, PoolClient } from 'pg';
import type { Sql, TransactionSql } from 'postgres';

/** Tells whether a value is a tenant's name: 1 to 56 of a-z, 0-9 and -. */
export function isSlug(value: unknown): value is string;

/** Tells whether a value looks like a ticket; the server alone can tell whether it is one. */
export function isTicket(value: unknown): value is string;

/** The slug of a slug or a ticket; throws a TenancyError for anything else. */
export function slugOf(tenant: string): string;

/** The name of a tenant's schema. */
export function schemaOf(tenant: string): string;

/** What withTenant() gives to its function: works until the function has ended. */
export type TenantClient = Omit<PoolClient, 'release' | 'connect' | 'end'>;

/** Runs fn in a transaction that is bound to a tenant (a slug or a ticket), and returns what it returns. */
export function withTenant<T>(pool: Pool, tenant: string, fn: (client: TenantClient) => T | PromiseLike<T>): Promise<T>;
export function withTenant<Types extends Record<string, unknown>, T>(
	sql: Sql<Types>,
	tenant: string,
	fn: (sql: TransactionSql<Types>) => T | PromiseLike<T>,
): Promise<T extends PromiseLike<unknown>[] ? { [Key in keyof T]: Awaited<T[Key]> } : T>;
export function withTenant<Client extends TransactionHost, T>(
	prisma: Client,
	tenant: string,
	fn: (tx: TransactionOf<Client>) => T | PromiseLike<T>,
	options?: { maxWait?: number; timeout?: number; isolationLevel?: any },
): Promise<T>;

/** A client of Prisma, as far as withTenant() knows it. */
export interface TransactionHost {
	$transaction(fn: (tx: any) => Promise<any>, options?: any): Promise<any>;
}

/** What a client of Prisma gives to the function of $transaction(). */
export type TransactionOf<Client> = Omit<Client, '$connect' | '$disconnect' | '$on' | '$use' | '$extends'>;

/** The slug of the tenant that the calling code works for; null if there is none. */
export function currentTenant(): string | null;

/** Why a tenant was refused. */
export type TenantRefusal = 'missing' | 'invalid' | 'unknown' | 'inactive' | 'forbidden' | 'mismatch' | 'ticket';

/** Why a tenant was refused; null if the error is about something else. */
export function tenantRefusal(error: unknown): TenantRefusal | null;

/** Tells whether an error means that the tenant was refused. */
export function isTenantRefusal(error: unknown): boolean;

/** A refusal of this package's own. */
export class TenancyError extends Error {
	refusal: TenantRefusal | 'nested' | 'ended' | 'rolled back';
	/** SQLSTATE of the server's refusal for the same reason. */
	code: string;
	/** Status to answer a request with, if a request was refused. */
	status?: 400 | 403;
}

export interface Ticket {
	slug: string;
	/** The tenant's id in tenancy.tenants. */
	tenantId: string;
	/** The key in tenancy.ticket_keys. */
	keyId: number;
	secret: Uint8Array;
	/** The database that the ticket is for. */
	database: string;
	/** Unix seconds; default: now. */
	notBefore?: number;
	/** Seconds; default: 3600. */
	lifetime?: number;
}

/** Makes a ticket, by which the server binds a tenant. */
export function mintTicket(ticket: Ticket): string;

export type TenantPlace = 'subdomain' | 'header' | 'claim';

/** The parts of a request that are read. Express and NestJS have them all, node:http has headers. */
export interface TenantRequest {
	headers: Record<string, string | string[] | undefined>;
	hostname?: string;
	auth?: unknown;
}

export interface TenantOptions<Request = any> {
	/** Where requests name their tenant. Of several places the first must, and the others must agree if they do. */
	from: TenantPlace | TenantPlace[];
	/** For subdomain: the domain in which each tenant has a name, such as example.com. */
	domain?: string;
	/** For header: its name; default x-tenant. */
	header?: string;
	/** For claim: its name; default tenant. */
	claim?: string;
	/** For claim: the claims of the token of a request, which has been verified; default request.auth. */
	claims?: (request: Request) => unknown;
}

/** Makes a function that tells the slug of a request's tenant, or throws a TenancyError with a status. */
export function tenantReader<Request = TenantRequest>(options: TenantOptions<Request>): (request: Request) => string;

/** Middleware that sets request.tenant to the slug of the request's tenant. */
export function expressTenant(options: TenantOptions): (request: any, response: any, next: (error?: any) => void) => void;

/** Middleware for errors: answers 400 where no tenant is named, 403 where a tenant was refused. */
export function expressTenantErrors(): (error: any, request: any, response: any, next: (error?: any) => void) => void;

/** The status that a request deserves whose tenant was refused; null if the error is about something else. */
export function refusalStatus(error: unknown): 400 | 403 | null;

declare global {
	namespace Express {
		interface Request {
			/** The slug of the request's tenant, set by expressTenant(). */
			tenant?: string;
		}
	}
}
