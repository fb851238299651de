import { analyse } from '../../analysis/index.js';
import type { Analysis } from '../../analysis/index.js';
import { analysisPrompt } from '../../conversations/index.js';
import { agentOf, beginAgentWork } from '../agent-work.js';
import { failed, outcome } from '../ends.js';
import type { RunContext, Work, WorkEnd, Workplace } from '../work.types.js';

/**
 * Reads the base branch: facts first, which need nobody, then an agent's summary where there is an agent. What the studio already has is
 * not handed in again.
 */
export const repoAnalysis: Work = { execute, recover: execute };

/** An agent that says more than this about a repository has said too much. */
const LONGEST_SUMMARY = 20_000;

async function execute(run: RunContext): Promise<WorkEnd> {
  const { baseBranch } = run.packet.project;
  const place = await run.place();
  if (!place.ok) return failed('git', place.refusal.sentence);
  const fetched = await place.value.vault.fetch([baseBranch], run.signal);
  if (!fetched.ok) return failed('git', fetched.refusal.sentence);
  const commit = fetched.value.get(baseBranch) ?? null;
  if (commit === null) return failed('git', `The remote has no branch "${baseBranch}". Push it, or change the base branch in the project's settings.`);
  await run.started();
  const analysis = await readCommit(run, place.value, commit);
  run.emit('phase', { phase: 'hand_in', files: analysis.files.length });
  const wanted = new Set(await run.catalog.announce(commit, analysis.files));
  await run.catalog.hand(analysis.files.filter(({ path }) => wanted.has(path)));
  run.emit('phase', { phase: 'handed_in', files: wanted.size, parsed: analysis.parsedNow });
  // Where nothing changed, an agent would only find other words for the same, and make a version of them.
  const context = wanted.size === 0 ? analysis.context.filter(({ name }) => name !== 'notes') : await withSummary(run, place.value, analysis);
  return outcome({ kind: 'analysed', commit, files: analysis.files.length, report: analysis.report, context: [...context] });
}

async function readCommit(run: RunContext, place: Workplace, commit: string): Promise<Analysis> {
  run.emit('phase', { phase: 'analyse', commit });
  const cache = run.analysis.facts(run.packet.project.id);
  await cache.load();
  const parser = run.analysis.parser();
  try {
    const onProgress = (done: number, of: number): void => run.emit('phase', { phase: 'analyse', done, of });
    return await analyse({ vault: place.vault, commit, project: run.packet.project.key, parser, cache, signal: run.signal, onProgress });
  } finally {
    await parser.close();
  }
}

/** The notes with what an agent makes of the repository under them. An agent that fails leaves the facts as they are. */
async function withSummary(run: RunContext, place: Workplace, { commit, context }: Analysis): Promise<Analysis['context']> {
  const adapter = agentOf(run);
  if ('kind' in adapter) return context;
  const checkout = await place.lanes.reviewCheckout({ runId: run.packet.run, head: commit });
  if (!checkout.ok) return context;
  const agent = beginAgentWork(run, adapter, { cwd: checkout.value.path });
  try {
    run.emit('phase', { phase: 'summarise' });
    const end = await agent.talk.turn(analysisPrompt(run.packet, { tools: agent.toolNames, facts: context.map(({ text }) => text).join('\n') }));
    if (end.kind !== 'completed' || end.finalMessage.trim() === '') return context;
    const summary = `\n## What ${adapter.name} read in it\n\n${end.finalMessage.trim().slice(0, LONGEST_SUMMARY)}\n`;
    return context.map((file) => (file.name === 'notes' ? { ...file, text: `${file.text}${summary}` } : file));
  } finally {
    await agent.close();
    await checkout.value.dispose();
  }
}
