/**
 * Reads tenancy.events in the order of their ids, without losing one.
 *
 * The order of ids is not the order of commits: id 7 may become visible after id 8, and who then asks for ids after 8
 * has lost it. So the reader stops before an id that is missing, until it is certain that this id will not come any
 * more. Each transaction that writes an event has a transaction id before it takes the event's id. So whoever has taken
 * the missing id has a smaller transaction id than the one that the reader gets for itself once it has seen the gap;
 * and when no smaller one is running, what is not there has been rolled back.
 */
export class EventReader {
	#client;
	#last;
	#size;
	/** The gap that is waited for: ids up to upTo are all known once no transaction up to xid runs. */
	#gap = null;

	/** Reads after the id last, at most size events at once. */
	constructor(client, last, size = 500) {
		this.#client = client;
		this.#last = BigInt(last);
		this.#size = size;
	}

	/** Whether there are events that wait for a transaction that may have written an earlier one. */
	get waits() {
		return this.#gap !== null;
	}

	/** The next events, in order; none if there are none, or none that are certain to be the next. */
	async read() {
		for (;;) {
			const { xmin, events } = await this.#look();
			let known = this.#last;
			if (this.#gap !== null && xmin > this.#gap.xid) {
				known = this.#gap.upTo;
				this.#gap = null;
			}
			const ready = this.#certain(events, known);
			if (ready.length > 0) {
				this.#last = ready.at(-1).id;
				return ready;
			}
			if (events.length === 0 || this.waits) {
				return [];
			}
			await this.#notice(events.at(-1).id);
		}
	}

	/** What is visible now after the last event, and the oldest transaction that was running then. */
	async #look() {
		// One statement, so that both are of the same snapshot.
		const { rows } = await this.#client.query(
			`SELECT s.xmin, e.id, e.tenant_id, e.slug, e.event, e.detail, e.actor, e.at
			   FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin) s
			   LEFT JOIN LATERAL (SELECT * FROM tenancy.events WHERE id > $1 ORDER BY id LIMIT $2) e ON true
			  ORDER BY e.id`, [this.#last, this.#size]);
		const events = rows.filter(({ id }) => id !== null).map(({ xmin, id, ...event }) => ({ id: BigInt(id), ...event }));
		return { xmin: BigInt(rows[0].xmin), events };
	}

	/** The first of the events, up to where one may come in between; up to the id known none does. */
	#certain(events, known) {
		let previous = this.#last;
		const end = events.findIndex(({ id }) => {
			const gap = id !== previous + 1n && id > known;
			previous = id;
			return gap;
		});
		return end < 0 ? events : events.slice(0, end);
	}

	/** Remembers that ids up to upTo are missing, and which transactions may still bring them. */
	async #notice(upTo) {
		const { rows } = await this.#client.query('SELECT pg_current_xact_id()::text AS xid');
		this.#gap = { upTo, xid: BigInt(rows[0].xid) };
	}
}
