import { readJson } from './json-source.js';
import { readMarkdown } from './markdown-source.js';
import type { ParseResult } from './parse-result.js';
import { orderIssues } from './parse-result.js';
import { ProposalReader } from './proposal-reader.js';
import { checkTasks, giveKeys, toProposal } from './proposal-rules.js';
import type { KnownSkills } from './proposal-rules.js';
import { PROPOSAL_LIMITS, ProposalFormat } from './proposal-schema.js';
import type { Proposal } from './proposal-schema.js';
import type { SourceNode } from './source-node.js';
import { readYaml } from './yaml-source.js';

export interface ProposalOptions extends KnownSkills {
  /** Default: what `detectFormat` says. */
  readonly format?: ProposalFormat | undefined;
}

const READERS: Readonly<Record<ProposalFormat, (text: string) => ParseResult<SourceNode>>> = { json: readJson, yaml: readYaml, md: readMarkdown };

/**
 * Reads a proposal in JSON, YAML or the Markdown shape of `markdown-source.ts`. Refuses with every problem that can be told apart,
 * each with its line and column: first those of the format, and when there is none, those of shape, then keys, dependencies, cycles
 * and skills together. Never throws, whatever the text.
 */
export function parseProposal(text: string, options: ProposalOptions = {}): ParseResult<Proposal> {
  if (text.length > PROPOSAL_LIMITS.text) {
    return { ok: false, issues: [{ line: 1, column: 1, message: `A proposal is at most ${PROPOSAL_LIMITS.text} characters long; this one has ${text.length}.` }] };
  }
  // A byte order mark counts as nothing, also for columns.
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  const source = READERS[options.format ?? detectFormat(content)](content);
  if (!source.ok) return { ok: false, issues: orderIssues(source.issues) };
  const reader = new ProposalReader();
  const draft = reader.read(source.value);
  const tasks = giveKeys(draft);
  const issues = [...reader.issues, ...checkTasks(tasks, options)];
  return issues.length > 0 ? { ok: false, issues: orderIssues(issues) } : { ok: true, value: toProposal(draft, tasks) };
}

/** JSON starts with a bracket; YAML has its `phases:` at the margin; Markdown has a heading or a checklist. YAML where nothing tells. */
export function detectFormat(text: string): ProposalFormat {
  const start = /\S/.exec(text)?.[0];
  if (start === '{' || start === '[') return ProposalFormat.json;
  if (/^(?:phases|["']phases["'])[ \t]{0,3}:/m.test(text)) return ProposalFormat.yaml;
  return /^(?:#{1,6} |[-*+] \[[ xX]\])/m.test(text) ? ProposalFormat.md : ProposalFormat.yaml;
}
