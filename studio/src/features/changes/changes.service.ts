import { Injectable } from '@nestjs/common';
import { ChangeSummary, ChangeView, ok, refuse } from '@maestro/protocol';
import type { ChangedFile, ChangeTotals, Result } from '@maestro/protocol';
import { Database } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { ChangesRepository } from './changes.repository.js';

/** One message of a change. */
export interface ChangePart {
  readonly base: string;
  readonly head: string;
  readonly totals: ChangeTotals;
  readonly part: number;
  readonly parts: number;
  readonly files: readonly ChangedFile[];
}

/** What the commits of tasks change, kept by task and head. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly database: Database,
    private readonly changes: ChangesRepository,
  ) {}

  /**
   * Keeps a part. The caller has locked the run, so that parts of one change do not meet. The same head under another base, or cut into
   * other parts, is told anew from the beginning: its first telling is dropped rather than mixed with the second.
   */
  async take(tx: Tx, of: { readonly taskId: string; readonly runId: string }, told: ChangePart): Promise<void> {
    const { base, head, totals, part, parts, files } = told;
    const known = await this.changes.find(tx, of.taskId, head);
    const isSame = known !== undefined && known.base === base && known.parts === parts;
    if (known !== undefined && !isSame) await this.changes.remove(tx, known.id);
    const id = isSame ? known.id : newId();
    if (!isSame) await this.changes.add(tx, { id, ...of, head, base, parts, ...totals });
    await this.changes.addPart(tx, id, part, files);
  }

  /** Newest first. */
  async list(taskId: string): Promise<Result<readonly ChangeSummary[]>> {
    const found = await this.database.read((reader) => this.changes.ofTask(reader, taskId));
    // The schema drops what a view does not name, and brands the ids.
    return ok(found.map((change) => ChangeSummary.parse(change)));
  }

  get(taskId: string, head: string): Promise<Result<ChangeView>> {
    return this.database.read(async (reader) => {
      const change = await this.changes.find(reader, taskId, head);
      if (change === undefined) return refuse('not_found', 'change_not_found', 'No machine has handed in a change of this task with that head.');
      return ok(ChangeView.parse({ ...change, changed: await this.changes.filesOf(reader, change.id) }));
    });
  }
}
