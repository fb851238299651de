import { stringify } from 'yaml';
import { FenceTracker, escapeCriterion, escapeLine } from './markdown-shape.js';
import type { Proposal, ProposalFormat, ProposedTask } from './proposal-schema.js';
import { formatEstimate } from './proposal-schema.js';
import { formatSkill } from './skills.js';

/**
 * Writes a proposal so that `parseProposal` reads the same value back, in each format. Only a proposal that keeps the parser's own
 * rules (see `PROPOSAL_LIMITS`, texts in the form of `text-form.ts`) survives unchanged; any that came out of the parser does.
 */
export function formatProposal(proposal: Proposal, format: ProposalFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(plain(proposal), null, 2)}\n`;
    case 'yaml':
      // No folding: it moves words between lines, and a reader of a diff sees changes that are none.
      return stringify(plain(proposal), { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2' });
    case 'md':
      return markdown(proposal);
  }
}

/** Members in reading order, without what is empty. */
function plain(proposal: Proposal): object {
  return {
    ...(proposal.title === undefined ? {} : { title: proposal.title }),
    ...(proposal.goal === undefined ? {} : { goal: proposal.goal }),
    phases: proposal.phases.map((phase) => ({
      title: phase.title,
      tasks: phase.tasks.map((task) => ({
        key: task.key,
        title: task.title,
        ...(task.description === '' ? {} : { description: task.description }),
        ...(task.acceptanceCriteria.length === 0 ? {} : { acceptanceCriteria: task.acceptanceCriteria }),
        ...(task.dependsOn.length === 0 ? {} : { dependsOn: task.dependsOn }),
        ...(task.skills.length === 0 ? {} : { skills: task.skills.map(formatSkill) }),
        ...(task.estimateMinutes === undefined ? {} : { estimate: formatEstimate(task.estimateMinutes) }),
        ...(task.priority === undefined ? {} : { priority: task.priority }),
      })),
    })),
  };
}

function markdown(proposal: Proposal): string {
  const blocks: string[] = [];
  if (proposal.title !== undefined) blocks.push(`# ${proposal.title}`);
  if (proposal.goal !== undefined) blocks.push(textLines(proposal.goal, 'goal').join('\n'));
  for (const phase of proposal.phases) {
    blocks.push(`## ${phase.title}`);
    // A description holds empty lines, so tasks are told apart by one as soon as any task of the phase has one.
    const tasks = phase.tasks.map(taskLines);
    const apart = phase.tasks.some((task) => task.description !== '');
    if (tasks.length > 0) blocks.push(tasks.map((lines) => lines.join('\n')).join(apart ? '\n\n' : '\n'));
  }
  return `${blocks.join('\n\n')}\n`;
}

function taskLines(task: ProposedTask): string[] {
  const lines = [`- [ ] ${task.title}`, `  - key: ${task.key}`];
  if (task.dependsOn.length > 0) lines.push(`  - depends on: ${task.dependsOn.join(', ')}`);
  if (task.skills.length > 0) lines.push(`  - skills: ${task.skills.map(formatSkill).join(', ')}`);
  if (task.estimateMinutes !== undefined) lines.push(`  - estimate: ${formatEstimate(task.estimateMinutes)}`);
  if (task.priority !== undefined) lines.push(`  - priority: ${task.priority}`);
  if (task.acceptanceCriteria.length > 0) lines.push('  - acceptance:', ...task.acceptanceCriteria.map((criterion) => `    - ${escapeCriterion(criterion)}`));
  if (task.description !== '') lines.push('', ...textLines(task.description, 'description').map((line) => (line === '' ? '' : `  ${line}`)));
  return lines;
}

/** Text as it stands where structure is possible: code untouched, look-alikes escaped. */
function textLines(text: string, where: 'goal' | 'description'): string[] {
  const lines = text.split('\n');
  const code = codeLines(lines);
  return lines.map((line, index) => (code[index] === true ? line : escapeLine(line, where)));
}

/** Which lines are code. A fence that is never closed is none: from there on its marks are escaped like any other. */
function codeLines(lines: readonly string[]): boolean[] {
  const fence = new FenceTracker();
  let opened = 0;
  const code = lines.map((line, index) => {
    const before = fence.open;
    const isCode = fence.isCode(line.trimStart());
    if (!before && fence.open) opened = index;
    return isCode;
  });
  return fence.open ? code.map((isCode, index) => isCode && index < opened) : code;
}
