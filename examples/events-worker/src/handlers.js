/**
 * What the events mean for other services: a namespace for each tenant in a workflow engine, an account in billing, and
 * mail. Each is called over HTTP here; put the client of yours in the place of call().
 *
 * An event can come twice, if the worker died between its work and the note that it was done. So what is asked for
 * is a state (PUT, DELETE) where that is possible, and else has the event's id for a key, by which the service knows it again.
 */
export function makeHandlers({ workflow, billing, mail }) {
	const namespace = (event) => `${workflow}/namespaces/${event.slug}`;
	const account = (event) => `${billing}/accounts/${event.tenant_id}`;
	const begin = async (event) => {
		await call('PUT', namespace(event), event, { paused: false });
		await call('PUT', account(event), event, { name: event.slug, open: true });
		await call('POST', `${mail}/messages`, event, { template: 'welcome', tenant: event.slug });
	};
	return {
		provisioned: begin,
		adopted: begin,
		async suspended(event) {
			await call('PUT', namespace(event), event, { paused: true });
			await call('POST', `${mail}/messages`, event, { template: 'suspended', tenant: event.slug, reason: event.detail });
		},
		async activated(event) {
			await call('PUT', namespace(event), event, { paused: false });
		},
		async dropped(event) {
			await call('DELETE', namespace(event), event);
			await call('PUT', account(event), event, { name: event.slug, open: false });
		},
	};
}

/** A handler for followEvents() that chooses by the event; events without a function are passed over. */
export function dispatch(handlers) {
	return async (event) => {
		if (Object.hasOwn(handlers, event.event)) {
			await handlers[event.event](event);
		}
	};
}

/** Calls a service; throws unless it has done what it was asked for. */
async function call(method, url, event, body) {
	const response = await fetch(url, {
		method,
		headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `${event.id}` },
		body: body && JSON.stringify(body),
		signal: AbortSignal.timeout(30_000),
	});
	await response.arrayBuffer();
	// What is not there needs no deletion.
	if (!response.ok && !(method === 'DELETE' && response.status === 404)) {
		throw new Error(`${method} ${url}: ${response.status}`);
	}
}
