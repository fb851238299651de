// @ts-check
// Loaded before a studio or a daemon (`node --import`): makes a test build of it whose wall clock is off by as many milliseconds as a file
// says. Whoever writes another number there makes it jump. The monotonic clock is left alone, as when a machine's time is set.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['MAESTRO_TEST_CLOCK'];
// What the program starts may be given its options and not its settings: such a process has the true time.
if (file !== undefined) skew(file);

/** @param {string} from the file to read */
function skew(from) {
  const RealDate = Date;
  let offset = 0;
  const now = () => RealDate.now() + offset;

  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  RealDate.prototype.constructor = globalThis.Date;

  const look = () => {
    const text = readFileSync(from, 'utf8');
    // Empty while it is being written.
    if (text === '' || Number(text) === offset) return;
    offset = Number(text);
    // Says that the jump has happened.
    writeFileSync(`${from}.seen`, text);
  };
  look();
  setInterval(look, 20).unref();
}
