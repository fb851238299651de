import { reviewPrompt } from '../../conversations/index.js';
import { agentOf, beginAgentWork } from '../agent-work.js';
import type { AgentWork } from '../agent-work.js';
import { endOfTurn, failed, finalText, needed, outcome, secondsOfRun } from '../ends.js';
import { repetitions } from '../known-parts.js';
import type { RunContext, Work, WorkEnd, Workplace } from '../work.types.js';

/** Judges a head in a throw-away checkout: the agent may build and test there, and nothing is taken from it. */
export const review: Work = { execute, recover };

const DIFF_BYTES = 200_000;
const STEP = 'judged';

async function execute(run: RunContext): Promise<WorkEnd> {
  const adapter = agentOf(run);
  if ('kind' in adapter) return adapter;
  const judged = needed(run.packet.review, 'review');
  const place = await run.place();
  if (!place.ok) return failed('git', place.refusal.sentence);
  const missing = await fetchHead(run, place.value, judged.head);
  if (missing !== undefined) return missing;
  const shown = await whatIsJudged(run, place.value);
  if ('kind' in shown) return shown;
  const checkout = await place.value.lanes.reviewCheckout({ runId: run.packet.run, ...shown });
  if (!checkout.ok) return failed('lane', checkout.refusal.sentence);
  const agent = beginAgentWork(run, adapter, { cwd: checkout.value.path });
  try {
    const diff = await place.value.vault.diff({ ...shown, maxBytes: DIFF_BYTES });
    await run.started();
    const repeated = await repetitions(run, place.value, shown);
    const prompt = reviewPrompt(run.packet, { tools: agent.toolNames, diff: diff.text, truncated: diff.truncated, files: diff.files.map((file) => file.path), repeated });
    return await judge(run, agent, prompt, judged.head);
  } finally {
    await agent.close();
    await checkout.value.dispose();
  }
}

/**
 * The head against its base; after an overlap its merge onto the tip, because that is what would land. A merge that conflicts by now is
 * judged as it was: landing finds the conflict.
 */
async function whatIsJudged(run: RunContext, place: Workplace): Promise<{ readonly head: string; readonly base: string } | WorkEnd> {
  const { head, base, tree, tip, overlap } = needed(run.packet.review, 'review');
  if (!overlap) return { head, base };
  if (!(await place.vault.hasCommit(tip))) return failed('git', `The commit ${tip.slice(0, 12)} that the change is to be merged onto is not on the epic branch any more.`);
  const merged = await place.landing.compute({ tip, head, base, tree });
  if (merged.kind !== 'clean') return { head, base };
  const message = `Merge ${needed(run.packet.task, 'task').key} for review\n`;
  return { head: await place.landing.commit({ tip, head, tree: merged.tree, message, at: secondsOfRun(run.packet) }), base: tip };
}

async function judge(run: RunContext, agent: AgentWork, prompt: string, head: string): Promise<WorkEnd> {
  const end = await agent.talk.turn(prompt);
  if (end.kind !== 'completed') return endOfTurn(end, run.packet.policy);
  await agent.settleDirectives();
  const { question, verdicts } = agent.tools;
  if (question !== undefined && verdicts.length === 0) return { kind: 'wait', reason: 'human', question };
  const tool = [...verdicts];
  const finalMessage = finalText(end.finalMessage);
  await run.step(STEP, { tool, finalMessage });
  return outcome({ kind: 'judged', head, tool, finalMessage });
}

/** A verdict that was given before the crash counts; half a review does not. */
function recover(run: RunContext): Promise<WorkEnd> {
  const step = run.steps.get(STEP);
  const judged = needed(run.packet.review, 'review');
  if (step === undefined) return Promise.resolve(failed('crash', 'The daemon died during the review.'));
  return Promise.resolve(outcome({ kind: 'judged', head: judged.head, tool: step['tool'] as [], finalMessage: String(step['finalMessage'] ?? '') }));
}

async function fetchHead(run: RunContext, place: Workplace, head: string): Promise<WorkEnd | undefined> {
  const { task, plan } = run.packet;
  const branches = [plan?.epicBranch, task?.branch].filter((branch) => branch !== undefined);
  const fetched = await place.vault.fetch(branches, run.signal);
  if (!fetched.ok) return failed('git', fetched.refusal.sentence);
  if (await place.vault.hasCommit(head)) return undefined;
  return failed('git', `The commit ${head.slice(0, 12)} to review is not on the remote's branch "${task?.branch ?? ''}". Push that branch again from the machine that has it, then retry.`);
}
