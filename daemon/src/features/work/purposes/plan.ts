import { planPrompt } from '../../conversations/index.js';
import { agentOf, beginAgentWork } from '../agent-work.js';
import { endOfTurn, failed, finalText, needed, outcome } from '../ends.js';
import { partsFor } from '../known-parts.js';
import type { RunContext, Work, WorkEnd } from '../work.types.js';

/** The architect reads a checkout of the base branch and answers: with a proposal, or with a question. */
export const plan: Work = { execute, recover };

const STEP = 'proposed';

async function execute(run: RunContext): Promise<WorkEnd> {
  const adapter = agentOf(run);
  if ('kind' in adapter) return adapter;
  const { title, goal, baseBranch: branch } = needed(run.packet.plan, 'plan');
  const place = await run.place();
  if (!place.ok) return failed('git', place.refusal.sentence);
  const fetched = await place.value.vault.fetch([branch], run.signal);
  if (!fetched.ok) return failed('git', fetched.refusal.sentence);
  const tip = fetched.value.get(branch) ?? null;
  if (tip === null) return failed('git', `The remote has no branch "${branch}". Push it, or change the base branch in the project's settings.`);
  const checkout = await place.value.lanes.reviewCheckout({ runId: run.packet.run, head: tip });
  if (!checkout.ok) return failed('lane', checkout.refusal.sentence);
  const agent = beginAgentWork(run, adapter, { cwd: checkout.value.path });
  try {
    await run.started();
    const end = await agent.talk.turn(planPrompt(run.packet, { tools: agent.toolNames, known: await partsFor(run, title, goal) }));
    if (end.kind !== 'completed') return endOfTurn(end, run.packet.policy);
    // A question asked by tool is the answer: in the plan's chat a person answers with their next message.
    const finalMessage = finalText(agent.tools.question ?? end.finalMessage);
    const proposal = agent.tools.proposal ?? fencedBlock(end.finalMessage) ?? '';
    await run.step(STEP, { proposal, finalMessage });
    return outcome({ kind: 'proposed', proposal, finalMessage });
  } finally {
    await agent.close();
    await checkout.value.dispose();
  }
}

function recover(run: RunContext): Promise<WorkEnd> {
  const step = run.steps.get(STEP);
  if (step === undefined) return Promise.resolve(failed('crash', 'The daemon died while the architect worked.'));
  return Promise.resolve(outcome({ kind: 'proposed', proposal: String(step['proposal'] ?? ''), finalMessage: String(step['finalMessage'] ?? '') }));
}

/** The last fenced block of an answer that is YAML, JSON or Markdown by its label, or has none. */
export function fencedBlock(text: string): string | undefined {
  let found: string | undefined;
  for (const match of text.matchAll(/^(`{3,}|~{3,})[ \t]*(yaml|yml|json|md|markdown)?[ \t]*\n([\s\S]*?)\n\1[ \t]*$/gim)) found = match[3];
  return found;
}
