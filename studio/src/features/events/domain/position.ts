/**
 * Where a reader of the event ledger stands: behind the event (txid, seq), and behind everything with a smaller pair.
 *
 * Both are decimal strings: xid8 and bigint do not fit a JavaScript number.
 */
export interface Position {
  readonly txid: string;
  readonly seq: string;
}

/** Before the first event there can be. */
export const BEGINNING: Position = { txid: '0', seq: '0' };

const FORMAT = /^(\d{1,19})\.(\d{1,18})$/;

/** As a cursor for clients, who must not look inside. */
export function formatPosition({ txid, seq }: Position): string {
  return `${txid}.${seq}`;
}

/** `undefined` for anything that `formatPosition` did not make. */
export function parsePosition(cursor: string): Position | undefined {
  const [, txid, seq] = FORMAT.exec(cursor) ?? [];
  return txid === undefined || seq === undefined ? undefined : { txid, seq };
}

/** Negative when `a` is before `b`, 0 when they are the same, positive when it is behind. */
export function comparePositions(a: Position, b: Position): number {
  const [left, right] = a.txid === b.txid ? [BigInt(a.seq), BigInt(b.seq)] : [BigInt(a.txid), BigInt(b.txid)];
  return left < right ? -1 : left > right ? 1 : 0;
}
