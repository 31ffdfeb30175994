// Reporter for node --test: prints TAP as prove reads it. Failures are explained on standard error, where
// prove shows them.
import { inspect } from 'node:util';

/** What a reader needs of the error that a test ended with. */
function explain(error) {
	const cause = error.cause ?? error;
	return (cause.stack ?? inspect(cause)).replace(/^/gm, '#   ');
}

export default async function* reporter(source) {
	let number = 0;
	for await (const { type, data } of source) {
		// A suite passes and fails with its tests.
		if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') {
			continue;
		}
		number++;
		const directive = data.skip !== undefined ? ' # SKIP' : data.todo !== undefined ? ' # TODO' : '';
		if (type === 'test:fail') {
			process.stderr.write(`# ${data.name}\n${explain(data.details.error)}\n`);
		}
		yield `${type === 'test:pass' ? 'ok' : 'not ok'} ${number} - ${data.name.replaceAll('#', '')}${directive}\n`;
	}
	yield `1..${number}\n`;
}
