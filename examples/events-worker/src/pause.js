/** Something to wait for: a wake-up, which is not lost if it comes before the wait; the end of a time; or a signal's abort. */
export class Pause {
	#woken = false;
	#end = null;

	/** Ends the wait, or the next one if there is none. */
	wake() {
		this.#woken = true;
		this.#end?.();
	}

	/** Waits, at most for some milliseconds. */
	async wait(milliseconds, signal) {
		if (!this.#woken && !signal.aborted) {
			let timer;
			await new Promise((resolve) => {
				this.#end = resolve;
				timer = setTimeout(resolve, milliseconds);
				signal.addEventListener('abort', resolve, { once: true });
			});
			clearTimeout(timer);
			signal.removeEventListener('abort', this.#end);
			this.#end = null;
		}
		this.#woken = false;
	}
}

/** Waits for some milliseconds, or until the signal aborts. */
export async function sleep(milliseconds, signal) {
	await new Pause().wait(milliseconds, signal);
}
