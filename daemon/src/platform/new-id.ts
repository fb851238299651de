import { randomFillSync } from 'node:crypto';

let lastMillisecond = 0;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562, section 5.7, method 1): Unix milliseconds, a 12-bit counter, 62 random bits. Ids made by one process sort in
 * the order they were made.
 */
export function newId(now: number = Date.now()): string {
  if (now > lastMillisecond) {
    lastMillisecond = now;
    counter = 0;
  } else {
    // Same millisecond, or the clock went back: stay in order by counting, and borrow the next millisecond when the counter is full.
    counter += 1;
    if (counter > 0xfff) {
      lastMillisecond += 1;
      counter = 0;
    }
  }
  const bytes = randomFillSync(Buffer.alloc(16));
  bytes.writeUIntBE(lastMillisecond, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
