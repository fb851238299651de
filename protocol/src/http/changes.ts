import { z } from 'zod';
import { Instant, ObjectName, RunId } from '../ids.js';
import { ChangedFile, ChangeTotals } from '../methods/change.js';

/** One state of a task's change, as the machine that made it handed it in. */
export const ChangeSummary = z.object({
  ...ChangeTotals.shape,
  head: ObjectName,
  /** What it is compared with: where the work left the epic branch. */
  base: ObjectName,
  runId: RunId.nullable(),
  at: Instant,
  /** All parts are here. */
  complete: z.boolean(),
});
export type ChangeSummary = z.infer<typeof ChangeSummary>;

/** `GET /tasks/{id}/changes`: newest first. */
export const ChangeList = z.array(ChangeSummary);

/** `GET /tasks/{id}/changes/{head}`: at most as many files as `CHANGE_LIMITS` names; `files` of the summary counts all. */
export const ChangeView = ChangeSummary.extend({ changed: z.array(ChangedFile) });
export type ChangeView = z.infer<typeof ChangeView>;
