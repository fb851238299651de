import type { JournalRecord } from './records.js';

/** Gives the record that a value is, or nothing. */
export type ReadRecord = (value: unknown) => JournalRecord | undefined;

/**
 * One record a line: CRC-32 of the JSON as eight hex digits, a space, the JSON, a line feed. A line that was cut off or damaged does not
 * check and is left out; the lines after it are read all the same.
 */
export function encodeRecord(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

export interface DecodedJournal {
  readonly records: readonly JournalRecord[];
  /** Lines that did not check, by number from 1. A last line without its line feed is one of them. */
  readonly damaged: readonly number[];
  /** Whether the text ends in the middle of a line; a line feed is to be written before the next record. */
  readonly torn: boolean;
}

/** Never throws, whatever the text is. */
export function decodeJournal(text: string, read: ReadRecord): DecodedJournal {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const records: JournalRecord[] = [];
  const damaged: number[] = [];
  lines.forEach((line, index) => {
    const record = decodeLine(line, read);
    if (record !== undefined) records.push(record);
    else if (line !== '') damaged.push(index + 1);
  });
  if (last !== '') damaged.push(lines.length + 1);
  return { records, damaged, torn: last !== '' };
}

function decodeLine(line: string, read: ReadRecord): JournalRecord | undefined {
  const json = line.slice(9);
  if (line.length < 11 || line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined;
  try {
    return read(JSON.parse(json));
  } catch {
    return undefined;
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (IEEE 802.3) over the UTF-16 code units, low byte first: it guards against torn writes, not against anybody. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    crc = (TABLE[(crc ^ unit) & 0xff] ?? 0) ^ (crc >>> 8);
    crc = (TABLE[(crc ^ (unit >>> 8)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}
