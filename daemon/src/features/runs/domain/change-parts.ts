import { CHANGE_LIMITS } from '@maestro/protocol';
import type { ChangedFile } from '@maestro/protocol';

/** What one message holds of a change, as JSON: with its envelope well below the peer's limit of 1 MiB. */
const PART_BYTES = 600_000;

/** The files of a change in the order they are in, cut into messages. There is at least one, also of a change without files. */
export function changeParts(files: readonly ChangedFile[]): readonly (readonly ChangedFile[])[] {
  const parts: ChangedFile[][] = [[]];
  let bytes = 0;
  for (const file of files) {
    const size = Buffer.byteLength(JSON.stringify(file));
    const part = parts.at(-1);
    if (part !== undefined && part.length > 0 && (part.length === CHANGE_LIMITS.perPart || bytes + size > PART_BYTES)) {
      parts.push([file]);
      bytes = size;
      continue;
    }
    part?.push(file);
    bytes += size;
  }
  return parts;
}
