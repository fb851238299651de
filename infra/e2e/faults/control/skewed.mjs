// @ts-check
// Loaded before a studio or a daemon (`node --import`): makes a test build of it whose wall clock is off by as many milliseconds as a file
// says. Whoever writes another number there makes it jump. The monotonic clock is left alone, as when a machine's time is set.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['MAESTRO_TEST_CLOCK'];
if (file === undefined) throw new Error('skewed: MAESTRO_TEST_CLOCK names no file');

const RealDate = Date;
let offset = 0;
const now = () => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});
RealDate.prototype.constructor = globalThis.Date;

function look() {
  const text = readFileSync(/** @type {string} */ (file), 'utf8');
  // Empty while it is being written.
  if (text === '' || Number(text) === offset) return;
  offset = Number(text);
  // Says that the jump has happened.
  writeFileSync(`${file}.seen`, text);
}

look();
setInterval(look, 20).unref();
