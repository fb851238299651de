import { readBlocks } from './blocks.js';
import type { Fence } from './blocks.js';
import type { ParseResult } from './parse-result.js';
import { parseProposal } from './proposal.js';
import type { ProposalOptions } from './proposal.js';
import { PROPOSAL_LIMITS, ProposalFormat } from './proposal-schema.js';
import type { Proposal } from './proposal-schema.js';

/** What an agent's answer holds. `none` is no mistake: it may have asked a question instead. */
export type AnswerProposal = { readonly kind: 'none' } | { readonly kind: 'found'; readonly result: ParseResult<Proposal> };

const FORMATS: ReadonlyMap<string, ProposalFormat> = new Map([
  ['json', ProposalFormat.json],
  ['yaml', ProposalFormat.yaml],
  ['yml', ProposalFormat.yaml],
  ['markdown', ProposalFormat.md],
  ['md', ProposalFormat.md],
]);

/**
 * Finds the one fenced block of an agent's answer that is a proposal, and reads it; lines and columns are those of the answer.
 * A block counts when its fence says json, yaml or markdown (or `proposal`, or nothing) and it speaks of phases; code that an agent
 * shows in passing does not. More than one such block is refused: which one was meant would be a guess.
 */
export function parseAnswer(answer: string, options: Omit<ProposalOptions, 'format'> = {}): AnswerProposal {
  if (answer.length > 2 * PROPOSAL_LIMITS.text) return found([{ line: 1, column: 1, message: `The answer is longer than ${2 * PROPOSAL_LIMITS.text} characters, so no proposal was looked for.` }]);
  const { lines, fences } = readBlocks(answer);
  const candidates = fences.flatMap((fence) => {
    const word = fence.info.split(/[\s:{,]/, 1)[0]?.toLowerCase() ?? '';
    const format = FORMATS.get(word);
    if (format === undefined && word !== 'proposal' && word !== '') return [];
    const content = lines.slice(fence.open + 1, fence.close ?? lines.length).map((line) => withoutIndent(line.text, fence.indent));
    return content.some((line) => SPEAKS_OF_PHASES.test(line)) ? [{ fence, format, text: content.join('\n') }] : [];
  });
  const [first, second] = candidates;
  if (first === undefined) return { kind: 'none' };
  if (second !== undefined) return found([{ ...start(second.fence), message: `This is the second block that looks like a proposal; the first is in line ${first.fence.open + 1}. Send exactly one.` }]);
  if (first.fence.close === undefined) return found([{ ...start(first.fence), message: 'The block with the proposal is never closed, so it may be cut off. Send it again, whole.' }]);
  const result = parseProposal(first.text, { ...options, format: first.format });
  if (result.ok) return { kind: 'found', result };
  return found(result.issues.map((issue) => ({ ...issue, line: issue.line + first.fence.open + 1, column: issue.column + first.fence.indent })));
}

/** `"phases":` and `phases:` of JSON and YAML, `## …` and `- [ ]` of Markdown. */
const SPEAKS_OF_PHASES = /^[\s{]*["']?phases["']?[ \t]{0,3}:|,[ \t]{0,3}"phases"[ \t]{0,3}:|^## |^[-*+] \[[ xX]\]/;

function withoutIndent(line: string, indent: number): string {
  let from = 0;
  while (from < indent && line[from] === ' ') from += 1;
  return line.slice(from);
}

function start(fence: Fence): { line: number; column: number } {
  return { line: fence.open + 1, column: fence.indent + 1 };
}

function found(issues: { line: number; column: number; message: string }[]): AnswerProposal {
  return { kind: 'found', result: { ok: false, issues } };
}
