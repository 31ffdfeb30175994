import { TenancyError } from './refusal.js';

/**
 * What fn of withTenant() gets is good for its transaction alone. A client that fn has put aside would otherwise
 * run its next statement in the transaction of whoever has it then, which may be another tenant's.
 */
function refuseEnded(scope) {
	if (!scope.open) {
		throw new TenancyError('ended', '25P01', `the transaction of tenant "${scope.slug}" has ended`);
	}
}

/** Methods of a client that would end more than the transaction. */
const NOT_YOURS = new Set(['release', 'end', 'connect']);

/** A client of node-postgres that works as long as a scope is open. */
export function guardClient(client, scope) {
	const methods = new Map();
	return new Proxy(client, {
		get(target, name) {
			const value = Reflect.get(target, name, target);
			if (typeof value !== 'function' || name === 'constructor') {
				return value;
			}
			if (methods.get(name)?.value !== value) {
				const method = NOT_YOURS.has(name)
					? () => {
							throw new TypeError(`withTenant() does ${String(name)}() by itself`);
						}
					: (...args) => {
							refuseEnded(scope);
							return value.apply(target, args);
						};
				methods.set(name, { value, method });
			}
			return methods.get(name).method;
		},
	});
}

/** A query of postgres.js is sent when somebody waits for it, which may be too late. */
function guardQuery(query, scope) {
	if (query instanceof Promise && typeof query.handler === 'function') {
		const send = query.handler;
		query.handler = (sent) => {
			try {
				refuseEnded(scope);
			} catch (error) {
				return sent.reject(error);
			}
			return send(sent);
		};
	}
	return query;
}

/** A sql of postgres.js that works as long as a scope is open, and its savepoints too. */
export function guardSql(sql, scope) {
	return new Proxy(sql, {
		apply(target, self, args) {
			refuseEnded(scope);
			return guardQuery(Reflect.apply(target, self, args), scope);
		},
		get(target, name) {
			const value = Reflect.get(target, name, target);
			if (typeof value !== 'function') {
				return value;
			}
			if (name === 'savepoint') {
				return (...args) => {
					refuseEnded(scope);
					const fn = args.pop();
					return value.call(target, ...args, (inner) => fn(guardSql(inner, scope)));
				};
			}
			return (...args) => {
				refuseEnded(scope);
				return guardQuery(value.apply(target, args), scope);
			};
		},
	});
}
