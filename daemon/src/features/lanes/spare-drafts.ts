import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSameProcessAlive, readStartTime } from '../../platform/process-tree.js';

/** A folder in which a spare lane is worked on. */
export interface SpareDraft {
  readonly id: string;
  readonly folder: string;
}

const NAME = /^spare~([0-9a-f]+)~(\d+)~(.*)$/;

/**
 * Where spare lanes are worked on, out of everybody's sight. The folder's name says by which process: a record in it would be missing
 * between the move of the folder and the writing of the record, and a folder without one could be anybody's.
 */
export class SpareDrafts {
  constructor(readonly folder: string) {}

  placeOf(id: string): string {
    return join(this.folder, `spare~${id}~${process.pid}~${readStartTime(process.pid) ?? ''}`);
  }

  /** Those that nobody will finish: their process was killed, or its machine went down. */
  async ofTheDead(): Promise<readonly SpareDraft[]> {
    const found: SpareDraft[] = [];
    for (const name of await readdir(this.folder).catch(() => [])) {
      const [, id = '', pid = '', startTime = ''] = NAME.exec(name) ?? [];
      if (id !== '' && !isSameProcessAlive({ pid: Number(pid), startTime })) found.push({ id, folder: join(this.folder, name) });
    }
    return found;
  }
}
