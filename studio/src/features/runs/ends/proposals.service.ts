import { Injectable } from '@nestjs/common';
import type { PlanMessageView, Refusal, Result, RunOutcome } from '@maestro/protocol';
import { ok } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { PlanImportService } from '../../planning/index.js';
import { PlanMessagesService } from '../../plans/index.js';
import type { PlanContext } from '../../plans/index.js';

type Proposed = Extract<RunOutcome, { kind: 'proposed' }>;

/** How often a proposal with problems goes back to its architect before a person is shown them. */
const REPAIRS = 2;

/** An architect's answer: words for the chat, and perhaps a proposal that becomes the draft's tree. */
@Injectable()
export class ProposalsService {
  constructor(
    private readonly imports: PlanImportService,
    private readonly messages: PlanMessagesService,
  ) {}

  async take(tx: Tx, planId: string, runId: string, { proposal, finalMessage }: Proposed, context: PlanContext): Promise<void> {
    if (finalMessage.trim() !== '') {
      const kind = proposal.trim() === '' && finalMessage.includes('?') ? 'question' : 'message';
      await this.messages.add(tx, planId, { kind, author: 'agent', text: finalMessage, runId }, context);
    }
    if (proposal.trim() === '') return;
    await this.messages.add(tx, planId, { kind: 'proposal', author: 'agent', text: proposal, runId }, context);
    const imported = await this.imports.replaceIn(tx, planId, { text: proposal }, context);
    if (!imported.ok) await this.say(tx, planId, runId, imported.refusal, context);
  }

  /** `POST /cli-runs/{run}/plan-proposal`: the agent hands it in by itself, and gets the problems as the answer. */
  async handIn(tx: Tx, planId: string, runId: string, text: string, context: PlanContext): Promise<Result<{ readonly accepted: true }>> {
    const imported = await this.imports.replaceIn(tx, planId, { text }, context);
    if (!imported.ok) return imported;
    await this.messages.add(tx, planId, { kind: 'proposal', author: 'agent', text, runId }, context);
    return ok({ accepted: true });
  }

  /**
   * The problems go back to the architect, twice at most, and then to the person. Both are the studio's words in the conversation: of kind
   * `clarification` they make the architect due again, as a plain message they do not.
   */
  private async say(tx: Tx, planId: string, runId: string, refusal: Refusal, context: PlanContext): Promise<void> {
    const sinceAsked = afterLastPerson(await this.messages.all(tx, planId));
    const repaired = sinceAsked.filter(({ author, kind }) => author === 'studio' && kind === 'clarification').length;
    const mayRepair = repaired < REPAIRS && refusal.code === 'proposal_invalid';
    const text = problemsOf(refusal).join('\n');
    await this.messages.add(tx, planId, { kind: mayRepair ? 'clarification' : 'message', author: 'studio', text: mayRepair ? text : `The proposal cannot be used:\n${text}`, runId }, context);
  }
}

function afterLastPerson(messages: readonly PlanMessageView[]): readonly PlanMessageView[] {
  return messages.slice(messages.findLastIndex(({ author }) => author === 'person') + 1);
}

/** One problem per line, each with the line of the proposal that has it. */
function problemsOf({ sentence, details }: Refusal): readonly string[] {
  const issues = details?.['issues'];
  if (!Array.isArray(issues)) return [sentence];
  return (issues as readonly { readonly line?: number; readonly path?: string; readonly message: string }[]).map(({ line, path = '', message }) => `Line ${line ?? 1}${path === '' ? '' : `, ${path}`}: ${message}`);
}
