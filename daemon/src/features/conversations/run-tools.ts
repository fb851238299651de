import type { CatalogHit, CatalogQuery, RunPacket, ToolVerdict } from '@maestro/protocol';
import type { ToolAnswer, ToolCall, ToolName } from '../agent-tools/index.js';
import { toolsFor } from '../agent-tools/index.js';
import { hitLine } from './domain/prompt.js';

export interface SubtaskRequest {
  readonly title: string;
  readonly description: string;
  readonly acceptanceCriteria: readonly string[];
  readonly skills: readonly { readonly slug: string; readonly min: number }[];
  readonly wait: boolean;
  readonly needsParent: boolean;
}

/** `waiting`: the run is to yield, and goes on when the subtask is done. */
export type SubtaskAnswer = { readonly ok: boolean; readonly text: string; readonly waiting: boolean };

export interface RunToolsPorts {
  readonly packet: RunPacket;
  /** Saves the lane; answers with a sentence for the agent. */
  readonly checkpoint: (() => Promise<string>) | undefined;
  readonly subtask: (request: SubtaskRequest) => Promise<SubtaskAnswer>;
  /** Asks the project's catalog; undefined when the studio cannot be asked now. */
  readonly search: (query: CatalogQuery) => Promise<readonly CatalogHit[] | undefined>;
  /** Says something to the team; absent where there is none. */
  readonly post: ((text: string) => Promise<ToolAnswer>) | undefined;
}

const MOST_SUBTASKS = 5;
const MOST_VERDICTS = 5;

/** What the agent of one run said by tool. What it is told back is all it learns. */
export class RunTools {
  readonly names: readonly ToolName[];
  private readonly given: ToolVerdict[] = [];
  private proposed: string | undefined;
  private asked: string | undefined;
  private mustWait = false;
  private subtasks = 0;

  constructor(private readonly ports: RunToolsPorts) {
    this.names = toolsFor(ports.packet.purpose).filter((name) => name !== 'channel_post' || ports.post !== undefined);
  }

  get verdicts(): readonly ToolVerdict[] {
    return this.given;
  }

  get proposal(): string | undefined {
    return this.proposed;
  }

  /** What a person is to answer before the run goes on. */
  get question(): string | undefined {
    return this.asked;
  }

  /** Whether a subtask has to be done first. */
  get yields(): boolean {
    return this.mustWait;
  }

  get usedSubtasks(): number {
    return this.subtasks;
  }

  async handle(call: ToolCall): Promise<ToolAnswer> {
    switch (call.tool) {
      case 'task_get':
        return { ok: true, text: taskAsText(this.ports.packet) };
      case 'checkpoint':
        return this.ports.checkpoint === undefined ? { ok: false, text: 'Nothing of this work is kept, so there is nothing to save.' } : { ok: true, text: await this.ports.checkpoint() };
      case 'subtask':
        return this.askSubtask(call.input);
      case 'ask_human':
        this.asked = call.input.question;
        return { ok: true, text: 'The question will be put to a person. End your turn now; you will be started again with the answer.' };
      case 'verdict':
        return this.takeVerdict(call.input);
      case 'plan_proposal':
        this.proposed = call.input.proposal;
        return { ok: true, text: 'The proposal was taken. If it has problems you will be asked to repair them.' };
      case 'channel_post':
        return this.ports.post?.(call.input.message) ?? { ok: false, text: 'This run belongs to no team.' };
      case 'catalog_search':
        return this.searchCatalog(call.input);
    }
  }

  async askSubtask(request: SubtaskRequest): Promise<ToolAnswer> {
    if (this.subtasks >= MOST_SUBTASKS) return { ok: false, text: `A run may ask for at most ${MOST_SUBTASKS} subtasks. Do the rest within this task.` };
    this.subtasks += 1;
    const answer = await this.ports.subtask(request);
    if (answer.waiting) this.mustWait = true;
    return { ok: answer.ok, text: answer.text };
  }

  private async searchCatalog({ query, kind, limit }: Extract<ToolCall, { tool: 'catalog_search' }>['input']): Promise<ToolAnswer> {
    const hits = await this.ports.search({ q: query, limit, ...(kind === undefined ? {} : { kind }) });
    if (hits === undefined) return { ok: false, text: 'The catalog cannot be asked now. Look in the working directory instead.' };
    return { ok: true, text: hits.length === 0 ? 'The catalog has nothing of this. It may be new, or the repository was never analysed.' : hits.map(hitLine).join('\n') };
  }

  private takeVerdict(verdict: ToolVerdict): ToolAnswer {
    if (this.given.length >= MOST_VERDICTS) return { ok: false, text: 'A review has one verdict; this one has too many already.' };
    if (verdict.verdict === 'rejected' && !verdict.findings.some((finding) => finding.severity === 'blocking')) {
      return { ok: false, text: 'A rejection needs at least one finding with severity "blocking". Name it, or approve.' };
    }
    this.given.push(verdict);
    return { ok: true, text: 'The verdict was recorded. End your turn.' };
  }
}

function taskAsText(packet: RunPacket): string {
  const { task, findings } = packet;
  return JSON.stringify({ key: task?.key, title: task?.title, description: task?.description, acceptanceCriteria: task?.acceptanceCriteria, answers: task?.answers, notes: task?.notes, findings }, null, 2);
}
