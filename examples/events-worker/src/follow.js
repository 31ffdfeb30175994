import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { Pause, sleep } from './pause.js';
import { EventReader } from './reader.js';

/** Milliseconds: to look without a notification; while a gap is waited for; for its turn; between tries, which double up to the last. */
const times = { poll: 30_000, gap: 250, lock: 1_000, firstTry: 100, lastTry: 30_000 };

/** Milliseconds after which a server that does not answer is taken for lost. */
const patience = { connectionTimeoutMillis: 10_000, query_timeout: 60_000, keepAlive: true };

/**
 * Calls handle(event) for each lifecycle event of tenants, in order and at least once, until the signal aborts; then
 * finishes the event that it is at and returns. An event is done when handle() returns: one that throws is tried again,
 * and later ones wait. Lost connections are made anew.
 *
 *   worker      name of what it has done in events_worker.positions; of workers of one name one works, the others wait
 *   connection  for pg.Client; by default the environment says it (PGHOST, PGUSER, ...)
 *   log         function that gets a line and, if there is one, an error
 */
export async function followEvents({ worker, handle, signal, connection = {}, log = () => {}, ...changed }) {
	const options = { worker, handle, signal, connection, log, times: { ...times, ...changed } };
	let delay = options.times.firstTry;
	while (!signal.aborted) {
		try {
			await session(options, () => {
				delay = options.times.firstTry;
			});
		} catch (error) {
			log(`no connection to the events; next try in ${delay} ms`, error);
			await sleep(delay, signal);
			delay = Math.min(delay * 2, options.times.lastTry);
		}
	}
}

/** Follows events for as long as one connection lasts. */
async function session({ worker, handle, signal, connection, log, times }, connected) {
	const client = new pg.Client({ application_name: `events-worker ${worker}`, ...patience, ...connection });
	const pause = new Pause();
	let lost = null;
	client.on('notification', () => pause.wake());
	client.on('error', (error) => {
		lost = error;
		pause.wake();
	});
	await client.connect();
	try {
		// Before the first look, so that nothing comes between.
		await client.query('LISTEN tenancy_events');
		if (!(await takeTurn(client, worker, times.lock, signal))) {
			return;
		}
		connected();
		const reader = new EventReader(client, await position(client, worker));
		while (!signal.aborted) {
			const events = await reader.read();
			for (const event of events) {
				if (!(await handled(event, handle, { signal, log, times }))) {
					return;
				}
				// On the connection that holds the lock: who has lost it does not overwrite what another has done since.
				await client.query('UPDATE events_worker.positions SET last_id = $2, changed_at = now() WHERE worker = $1',
					[worker, event.id]);
				if (signal.aborted) {
					return;
				}
			}
			if (events.length === 0) {
				await pause.wait(reader.waits ? times.gap : times.poll, signal);
			}
			if (lost !== null) {
				throw lost;
			}
		}
	} finally {
		await Promise.race([client.end().catch(() => {}), setTimeout(5_000, null, { ref: false })]);
	}
}

/** Waits until no other worker of this name is at work; returns false if it was told to stop before. */
async function takeTurn(client, worker, milliseconds, signal) {
	while (!signal.aborted) {
		const { rows } = await client.query("SELECT pg_try_advisory_lock(hashtextextended('events-worker ' || $1, 0)) AS taken", [worker]);
		if (rows[0].taken) {
			return true;
		}
		await sleep(milliseconds, signal);
	}
	return false;
}

/** The id of the last event that the worker has handled; 0 at first. */
async function position(client, worker) {
	await client.query('INSERT INTO events_worker.positions (worker) VALUES ($1) ON CONFLICT DO NOTHING', [worker]);
	const { rows } = await client.query('SELECT last_id FROM events_worker.positions WHERE worker = $1', [worker]);
	return rows[0].last_id;
}

/** Has an event handled, however many tries it takes; returns false if it was told to stop between two. */
async function handled(event, handle, { signal, log, times }) {
	for (let delay = times.firstTry; ; delay = Math.min(delay * 2, times.lastTry)) {
		try {
			await handle(event);
			return true;
		} catch (error) {
			log(`event ${event.id} (${event.event} ${event.slug}) failed; next try in ${delay} ms`, error);
			await sleep(delay, signal);
			if (signal.aborted) {
				return false;
			}
		}
	}
}
