import { z } from 'zod';
import { readBlocks } from './blocks.js';
import type { Line } from './blocks.js';

export const Verdict = { approved: 'approved', rejected: 'rejected' } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** A path inside the repository: relative, without `..`, control characters or a leading drive. It is shown and linked, never opened. */
const repositoryPath = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^(?![/\\~])(?![A-Za-z]:)(?!(?:.*[/\\])?\.\.(?:[/\\]|$))[^\u0000-\u001f\u007f]+$/, 'must be a path inside the repository, relative to its root');

export const VerdictToolFinding = z.strictObject({
  path: repositoryPath.describe('File the finding is about, relative to the root of the repository'),
  line: z.number().int().min(1).optional().describe('Line in the new version of the file, from 1'),
  severity: z.enum(['blocking', 'advisory']).describe('Only a blocking finding can reject the change'),
  message: z.string().trim().min(1).max(4000).describe('What is wrong and what would be right'),
  category: z.enum(['bug', 'validation', 'style', 'performance', 'security', 'reuse']).optional(),
});

/** What the `verdict` tool takes from a reviewing agent. */
export const VerdictToolInput = z.strictObject({
  verdict: z.enum(Verdict),
  summary: z.string().trim().min(1).max(8000).describe('The judgement in a few sentences'),
  findings: z.array(VerdictToolFinding).max(200).default([]),
});
export type VerdictToolInput = z.infer<typeof VerdictToolInput>;

/** What the final message says. */
export type TextVerdict =
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly reason?: string; readonly line: number }
  /** `absent`: no such line at the end. `quoted`: there is one, inside code, a quotation or HTML. `malformed`: it does not have the form. */
  | { readonly kind: 'none'; readonly why: 'absent' | 'quoted' | 'malformed' | 'too_long' }
  | { readonly kind: 'contradictory'; readonly lines: readonly number[] };

/** UTF-16 units of a final message that are looked at; a longer one has no verdict. */
export const MAX_FINAL_MESSAGE = 256 * 1024;

const MARKER = /^ {0,3}VERDICT:/;
const APPROVED = /^ {0,3}VERDICT: APPROVED[ \t]*$/;
const REJECTED = /^ {0,3}VERDICT: REJECTED[ \t]*[—:-][ \t]*(\S.*)$/;
const MAX_REASON = 4000;

/**
 * Reads the verdict from the agent's final message.
 *
 * The message must END with `VERDICT: APPROVED` or `VERDICT: REJECTED — <reason>` (em dash, hyphen or colon, with or without spaces
 * around it) on a line of its own: the last non-empty line of the message, in capitals exactly as written here, indented by three
 * spaces at most, and plain prose: not in a fence, indented code, code span, quotation, HTML or comment. `approved`, `**VERDICT:
 * APPROVED**` and `VERDICT: APPROVED.` are not verdicts. A rejection needs a reason, because a revision without one has nothing to do.
 * Strict, because everything a reviewer quotes (diffs, issues, test output) is written by somebody who may want to be approved, and
 * because a missed verdict costs one question while a false one merges code.
 *
 * When several verdict lines end the message they must agree; of rejections, the last line's reason counts.
 */
export function readTextVerdict(finalMessage: string): TextVerdict {
  if (finalMessage.length > MAX_FINAL_MESSAGE) return { kind: 'none', why: 'too_long' };
  // Most messages end in something else: they are not parsed at all.
  const tail = finalMessage.trimEnd();
  const lastLine = tail.slice(Math.max(tail.lastIndexOf('\n'), tail.lastIndexOf('\r')) + 1);
  if (!MARKER.test(lastLine)) return { kind: 'none', why: 'absent' };
  const { lines } = readBlocks(finalMessage);
  const ending = endingOf(lines);
  if (ending.length === 0) return { kind: 'none', why: 'quoted' };
  const read = ending.map(({ text, number }) => ({ number, ...readLine(text) }));
  if (read.some((one) => one.verdict === undefined)) return { kind: 'none', why: 'malformed' };
  const last = read.at(-1);
  if (last?.verdict === undefined) return { kind: 'none', why: 'malformed' };
  if (read.some((one) => one.verdict !== last.verdict)) return { kind: 'contradictory', lines: read.map((one) => one.number) };
  return { kind: 'verdict', verdict: last.verdict, line: last.number, ...(last.reason === undefined ? {} : { reason: last.reason }) };
}

/** The lines that start with `VERDICT:` at the very end, blank lines between them left out, first to last. */
function endingOf(lines: readonly Line[]): { text: string; number: number }[] {
  const ending: { text: string; number: number }[] = [];
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index];
    if (line === undefined || line.text.trim() === '') continue;
    if (line.kind !== 'prose' || !MARKER.test(line.text)) break;
    ending.unshift({ text: line.text, number: index + 1 });
  }
  return ending;
}

function readLine(text: string): { verdict?: Verdict; reason?: string } {
  if (APPROVED.test(text)) return { verdict: Verdict.approved };
  const reason = REJECTED.exec(text)?.[1]?.trim();
  return reason === undefined ? {} : { verdict: Verdict.rejected, reason: reason.slice(0, MAX_REASON) };
}

/** A finding as the studio keeps it. One made from the reason of a `VERDICT: REJECTED` line has no path. */
export interface VerdictFinding {
  readonly path?: string | undefined;
  readonly line?: number | undefined;
  readonly severity: 'blocking' | 'advisory';
  readonly message: string;
  readonly category?: string | undefined;
}

/** A call of the `verdict` tool; wider than `VerdictToolInput`, since what was sent under an older version must still be readable. */
export interface ToolCall {
  readonly verdict: Verdict;
  readonly summary: string;
  readonly findings: readonly VerdictFinding[];
}

export type CombinedVerdict =
  | {
      readonly kind: 'usable';
      readonly verdict: Verdict;
      readonly source: 'tool' | 'text';
      readonly summary: string;
      /** A rejection has at least one blocking finding, an approval none. */
      readonly findings: readonly VerdictFinding[];
    }
  | { readonly kind: 'unusable'; readonly why: UnusableVerdict; readonly sentence: string };

export const UnusableVerdict = {
  none: 'none',
  contradictory: 'contradictory',
  noBlockingFinding: 'no_blocking_finding',
  approvedWithBlocking: 'approved_with_blocking',
} as const;
export type UnusableVerdict = (typeof UnusableVerdict)[keyof typeof UnusableVerdict];

const SENTENCES: Readonly<Record<UnusableVerdict, string>> = {
  none: 'The reviewer gave no verdict. It has to call the verdict tool, or end its final message with "VERDICT: APPROVED" or "VERDICT: REJECTED — <reason>".',
  contradictory: 'The reviewer gave verdicts that contradict each other, so none of them counts.',
  no_blocking_finding: 'The reviewer rejected without a blocking finding or a reason, so nobody could know what to change.',
  approved_with_blocking: 'The reviewer approved and listed blocking findings at the same time, so neither counts.',
};

/**
 * The one verdict of a review, or why there is none.
 *
 * The tool counts first; the text counts where the tool was not used, and takes part in disagreement where it was. All tool calls
 * and the text must agree; of several calls that agree the last one's summary and findings count. A rejection needs a blocking finding;
 * the reason of a `VERDICT: REJECTED — <reason>` line counts as one (without a path), also beside a tool call that listed only
 * advisory findings. The tool's `summary` does not count as one: the tool has a typed place for what blocks.
 */
export function combineVerdicts(given: { readonly tool?: readonly ToolCall[] | undefined; readonly text?: TextVerdict | undefined }): CombinedVerdict {
  const calls = given.tool ?? [];
  const text = given.text?.kind === 'verdict' ? given.text : undefined;
  if (given.text?.kind === 'contradictory') return unusable(UnusableVerdict.contradictory);
  const call = calls.at(-1);
  const verdict = call?.verdict ?? text?.verdict;
  if (verdict === undefined) return unusable(UnusableVerdict.none);
  if ([...calls, ...(text === undefined ? [] : [text])].some((one) => one.verdict !== verdict)) return unusable(UnusableVerdict.contradictory);
  const findings = [...(call?.findings ?? [])];
  const blocked = findings.some((finding) => finding.severity === 'blocking');
  if (verdict === Verdict.approved && blocked) return unusable(UnusableVerdict.approvedWithBlocking);
  if (verdict === Verdict.rejected && !blocked) {
    if (text?.reason === undefined) return unusable(UnusableVerdict.noBlockingFinding);
    findings.push({ severity: 'blocking', message: text.reason });
  }
  return { kind: 'usable', verdict, source: call === undefined ? 'text' : 'tool', summary: call?.summary ?? text?.reason ?? '', findings };
}

function unusable(why: UnusableVerdict): CombinedVerdict {
  return { kind: 'unusable', why, sentence: SENTENCES[why] };
}
