import { z } from 'zod';
import { ObjectName, OpId, RunId } from '../ids.js';
import { defineMethod } from '../rpc/index.js';

/** How much of a change is carried. A change beyond this is told by names and counts, and past the last name by counts alone. */
export const CHANGE_LIMITS = {
  /** Files that come with what changed in them. */
  patches: 400,
  /** Characters of one file's patch. */
  patchCharacters: 100_000,
  /** Characters of all patches together. */
  characters: 1_000_000,
  /** Files that are named at all. */
  names: 2_000,
  /** Files of one message. */
  perPart: 200,
  parts: 50,
} as const;

const mode = z.string().regex(/^[0-7]{6}$/, 'a git file mode, six octal digits');
const lines = z.number().int().min(0);

/** One file of a change. Renames are a deletion and an addition: nothing is guessed. */
export const ChangedFile = z.strictObject({
  /** As git has it; bytes that are no UTF-8 are shown as U+FFFD, so two paths may look alike. */
  path: z.string().min(1).max(4_096),
  /** `retyped`: a file became a symbolic link, or the other way round. */
  status: z.enum(['added', 'modified', 'deleted', 'retyped']),
  /** `000000` where there is no file. */
  oldMode: mode,
  newMode: mode,
  /** Lines; null for a binary file. */
  added: lines.nullable(),
  removed: lines.nullable(),
  /** The hunks of a unified diff, from the first `@@` on; empty where only the mode changed, or the file is empty. Null: not carried, see `without`. */
  patch: z.string().max(CHANGE_LIMITS.patchCharacters).nullable(),
  /** Why the patch is not carried: no text, too long by itself, or beyond what one change carries. */
  without: z.enum(['binary', 'too_long', 'over_limit']).optional(),
});
export type ChangedFile = z.infer<typeof ChangedFile>;

/** The whole change, also where not all of its files are named. */
export const ChangeTotals = z.strictObject({ files: lines, added: lines, removed: lines });
export type ChangeTotals = z.infer<typeof ChangeTotals>;

export const changeUpload = defineMethod({
  name: 'change/upload',
  direction: 'daemon-to-studio',
  kind: 'request',
  action: 'session.connect',
  mutating: true,
  doc: 'What the commits of a run change, from their base to their head, in `parts` messages, so that people see it although the studio has no repository. The same part sent again changes nothing. Sent before the outcome, and accepted under a stale epoch too: it is history.',
  params: z
    .strictObject({
      opId: OpId,
      run: RunId,
      epoch: z.number().int().min(1),
      base: ObjectName,
      head: ObjectName,
      totals: ChangeTotals,
      /** Counts from 0. */
      part: z.number().int().min(0),
      parts: z.number().int().min(1).max(CHANGE_LIMITS.parts),
      files: z.array(ChangedFile).max(CHANGE_LIMITS.perPart),
    })
    .refine(({ part, parts }) => part < parts, { path: ['part'], message: 'is not below `parts`' }),
  result: z.strictObject({}),
  errors: ['not_found', 'forbidden', 'refused'],
});
