import { analyse, withSummary } from '../../analysis/index.js';
import type { Analysis, ContextText } from '../../analysis/index.js';
import { analysisPrompt } from '../../conversations/index.js';
import { agentOf, beginAgentWork } from '../agent-work.js';
import { failed, finalText, outcome } from '../ends.js';
import type { RunContext, Work, WorkEnd, Workplace } from '../work.types.js';

/**
 * Finds out what the base branch holds, and hands it in. What can be found out without a model comes first and counts alone; an agent's
 * summary is added where there is one. After a crash it is done again: what was parsed and what the studio has is known by its content.
 */
export const repoAnalysis: Work = { execute, recover: execute };

/** Says that the agent was asked: one that hangs must not be asked again by the next attempt of the same run. */
const STEP = 'asked';

async function execute(run: RunContext): Promise<WorkEnd> {
  const branch = run.packet.project.baseBranch;
  const place = await run.place();
  if (!place.ok) return failed('git', place.refusal.sentence);
  const fetched = await place.value.vault.fetch([branch], run.signal);
  if (!fetched.ok) return failed('git', fetched.refusal.sentence);
  const commit = fetched.value.get(branch) ?? null;
  if (commit === null) return failed('git', `The remote has no branch "${branch}". Push it, or change the base branch in the project's settings.`);
  await run.started();
  const analysis = await analyseCommit(run, place.value, commit);
  const wanted = new Set(await run.catalog.announce(commit, analysis.files));
  await run.catalog.hand(analysis.files.filter(({ path }) => wanted.has(path)));
  run.emit('phase', { phase: 'handed_in', files: analysis.files.length, changed: wanted.size });
  const context = await withAgentsSummary(run, place.value, analysis);
  return outcome({ kind: 'analysed', commit, files: analysis.files.length, report: analysis.report, context: context.map((file) => ({ ...file })) });
}

async function analyseCommit(run: RunContext, { vault }: Workplace, commit: string): Promise<Analysis> {
  const cache = run.analysis.facts(run.packet.project.id);
  await cache.load();
  const parser = run.analysis.parser();
  const onProgress = (done: number, of: number): void => run.emit('phase', { phase: 'analyse', done, of });
  try {
    run.emit('phase', { phase: 'analyse', commit });
    const analysis = await analyse({ vault, commit, project: run.packet.project.key, parser, cache, signal: run.signal, onProgress });
    run.emit('phase', { phase: 'analysed', files: analysis.report.files, parsed: analysis.files.length, parsedNow: analysis.parsedNow });
    return analysis;
  } finally {
    await parser.close();
  }
}

/** The notes with what an agent makes of the repository under them; as they are while the facts are what it was last asked about. */
async function withAgentsSummary(run: RunContext, place: Workplace, { commit, context }: Analysis): Promise<readonly ContextText[]> {
  const kept = run.analysis.summary(run.packet.project.id);
  const known = await kept.get(context);
  if (known !== undefined) return withSummary(context, known);
  if (run.packet.agent === undefined || run.packet.attempt > 1 || run.steps.has(STEP)) return context;
  await run.step(STEP, {});
  const text = await askAgent(run, place, commit, context);
  if (text === undefined) return context;
  const summary = { agent: run.packet.agent, text };
  await kept.save(context, summary);
  return withSummary(context, summary);
}

/** Undefined when there is no agent, or nothing came of it: the analysis does without. */
async function askAgent(run: RunContext, { lanes }: Workplace, commit: string, context: readonly ContextText[]): Promise<string | undefined> {
  const adapter = agentOf(run);
  if ('kind' in adapter || adapter.capabilities.manual) return undefined;
  const checkout = await lanes.reviewCheckout({ runId: run.packet.run, head: commit });
  if (!checkout.ok) return undefined;
  const agent = beginAgentWork(run, adapter, { cwd: checkout.value.path });
  try {
    run.emit('phase', { phase: 'summarise' });
    const end = await agent.talk.turn(analysisPrompt(run.packet, { tools: agent.toolNames, facts: context.map(({ text }) => text).join('\n') }));
    if (end.kind === 'completed' && end.finalMessage.trim() !== '') return finalText(end.finalMessage);
    run.emit('log', { stream: 'stderr', text: `The agent ${adapter.name} wrote no summary${end.kind === 'failed' ? `: ${end.sentence}` : '.'}` });
    return undefined;
  } finally {
    await agent.close();
    await checkout.value.dispose();
  }
}
