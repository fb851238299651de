import { combineVerdicts, readTextVerdict } from '@maestro/protocol';
import type { Finding, ToolVerdict } from '@maestro/protocol';

/** What the reviewer was asked to judge, as its run's packet says. */
export interface ReviewOrder {
  readonly head: string;
  readonly base: string;
  readonly tree: string;
  readonly tip: string;
}

/** What came back. */
export interface Judged {
  readonly head: string;
  readonly tool: readonly ToolVerdict[];
  readonly finalMessage: string;
}

/** The one judgement of a review, bound to what was judged. */
export type Judgement =
  | { readonly verdict: 'approved' | 'rejected'; readonly summary: string; readonly findings: readonly Finding[] }
  | { readonly verdict: 'no_verdict'; readonly why: string };

/**
 * Reads the verdict of a review. The tool counts first, the text only from the agent's final message; verdicts that differ are none
 * (`combineVerdicts`). A verdict on another head than the one that was asked about is none either, whatever it says.
 */
export function judge(order: ReviewOrder, { head, tool, finalMessage }: Judged): Judgement {
  if (head !== order.head) return { verdict: 'no_verdict', why: 'The reviewer judged another head than the one it was asked about.' };
  const combined = combineVerdicts({ tool, text: readTextVerdict(finalMessage) });
  if (combined.kind === 'unusable') return { verdict: 'no_verdict', why: combined.sentence };
  return { verdict: combined.verdict, summary: combined.summary, findings: combined.findings.map(findingOf) };
}

type ReadFinding = Extract<ReturnType<typeof combineVerdicts>, { kind: 'usable' }>['findings'][number];

/** Without the members that are there and undefined, so that it is stored as it came. */
function findingOf({ path, line, severity, message, category }: ReadFinding): Finding {
  return {
    severity,
    message,
    ...(path === undefined ? {} : { path }),
    ...(line === undefined ? {} : { line }),
    ...(category === undefined ? {} : { category }),
  };
}
