// Tells a workflow engine, billing and mail what happens to tenants.
//
//   WORKFLOW_URL=... BILLING_URL=... MAIL_URL=... node worker.js
//
// SIGTERM and SIGINT end it, after the event that it is at.
import { followEvents } from './src/follow.js';
import { dispatch, makeHandlers } from './src/handlers.js';

const { WORKFLOW_URL: workflow, BILLING_URL: billing, MAIL_URL: mail } = process.env;
if (!workflow || !billing || !mail) {
	console.error('WORKFLOW_URL, BILLING_URL and MAIL_URL must be set');
	process.exit(2);
}

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT']) {
	process.once(signal, () => {
		console.error('stopping');
		stop.abort();
	});
}

await followEvents({
	worker: 'services',
	handle: dispatch(makeHandlers({ workflow, billing, mail })),
	signal: stop.signal,
	log: (line, error) => console.error(error ? `${line}: ${error.message}` : line),
});
// A connection that does not close keeps nobody waiting.
process.exit(0);
