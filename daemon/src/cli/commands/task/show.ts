import type { TaskDetail } from '@maestro/protocol';
import { formatSkill } from '@maestro/protocol';
import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand } from '../../command.js';
import { pairs } from '../../format/table.js';
import { count, duration, relative, spoken } from '../../format/words.js';
import { findTask } from '../../shared/find-task.js';
import { Machine } from '../../shared/machine.js';
import { taskStatus } from '../../shared/plan-text.js';
import { taskArgument } from '../../shared/task-action.js';
import type { Terminal } from '../../terminal.js';

export const taskShow = defineCommand({
  details: 'Its text, where it stands, what its agent asks, its reviews with their findings, and what was said about it.',
  arguments: { task: taskArgument },
  examples: ['maestro task show SHOP-12', "maestro task show SHOP-12 --json | jq '.reviews[].findings'"],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id } = await findTask(machine, studio, input.task);
    const task = await studio.call(ENDPOINTS.task, { path: { task: id } });
    return { json: task, text: taskText(task, world.terminal, world.clock.now()) };
  },
});

function taskText(task: TaskDetail, { style }: Terminal, now: number): string {
  const facts: (readonly [string, string])[] = [
    ['branch', task.branch],
    ['head', task.head ?? ''],
    ['landed as', task.mergeCommit ?? ''],
    ['needs', task.skills.map(formatSkill).join(', ')],
    ['estimate', task.estimateMinutes === null ? '' : duration(task.estimateMinutes * 60_000)],
    ['so far', [count(task.runs, 'run'), count(task.revisions, 'revision'), count(task.repairs, 'repair')].join(', ')],
    ['changed', relative(task.updatedAt, now)],
  ];
  const blocks = [
    [`${style.bold(task.key)}  ${task.title}  ${taskStatus(task, style)}`, pairs(facts.filter(([, value]) => value !== ''), style.dim)],
    blockedLines(task, style.warn),
    task.description === '' ? [] : [task.description],
    task.acceptanceCriteria.map((criterion) => `- ${criterion}`),
    ...task.reviews.map((review) => reviewLines(review, now, style.dim)),
    ...task.comments.map((comment) => [style.dim(`${comment.author.name}, ${relative(comment.at, now)}${comment.forAgent ? ', for the agent' : ''}:`), comment.text]),
  ];
  return blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n');
}

function blockedLines(task: TaskDetail, warn: (text: string) => string): readonly string[] {
  const lines: string[] = [];
  if (task.question !== null) lines.push(warn('Its agent asks:'), task.question, `Answer with: maestro task answer ${task.key} "…"`);
  if (task.blocked !== null) {
    lines.push(warn(task.blocked.sentence));
    if (task.blocked.actions.length > 0) lines.push(`You can: ${task.blocked.actions.map((action) => `maestro task unblock ${task.key} ${action.replaceAll('_', '-')}`).join('; ')}`);
  }
  return lines;
}

function reviewLines(review: TaskDetail['reviews'][number], now: number, dim: (text: string) => string): readonly string[] {
  const remarks = [review.counted ? '' : 'kept as evidence', review.selfReview ? 'self-review' : ''].filter((part) => part !== '');
  return [
    `${spoken(review.verdict)} by ${review.by} ${dim(`at ${review.head.slice(0, 12)}, ${relative(review.at, now)}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`)}`,
    ...(review.summary === '' ? [] : [review.summary]),
    ...review.findings.map((finding) => `  ${finding.severity}  ${finding.path === undefined ? '' : `${finding.path}${finding.line === undefined ? '' : `:${finding.line}`}  `}${finding.message}`),
  ];
}
