import { rename, writeFile } from 'node:fs/promises';
import type { Part, Purposes } from './steps.js';
import { approve, say } from './steps.js';

/** What is rehearsed for tasks that say nothing else: reviews approve. */
const DEFAULTS: Purposes = { review: [{ steps: [approve, say('Reviewed.')] }] };

/** The rehearsal script of a machine: agents read it anew at each turn, so scenarios add to it while others run. */
export class ScriptBook {
  private readonly tasks: Record<string, Purposes> = { '*': DEFAULTS };
  private project: Readonly<Record<string, readonly Part[]>> = {};
  private writing: Promise<void> = Promise.resolve();

  constructor(readonly path: string) {}

  set(entries: Readonly<Record<string, Purposes>>): Promise<void> {
    Object.assign(this.tasks, entries);
    return this.save();
  }

  /** Work that belongs to no task, such as `plan`. One script serves all projects of the machine. */
  setProject(purposes: Readonly<Record<string, readonly Part[]>>): Promise<void> {
    this.project = { ...this.project, ...purposes };
    return this.save();
  }

  private save(): Promise<void> {
    const text = JSON.stringify({ 'maestro-rehearsal': 1, tasks: this.tasks, project: this.project });
    // Renamed into place: an agent that reads in this moment gets the old script or the new one.
    this.writing = this.writing.then(async () => {
      await writeFile(`${this.path}.new`, text, { mode: 0o600 });
      await rename(`${this.path}.new`, this.path);
    });
    return this.writing;
  }
}
