import { Injectable } from '@nestjs/common';
import { Purpose, RunPacket } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { PlanMessagesService } from '../../plans/index.js';
import type { PlanRecord } from '../../plans/index.js';
import { ProjectsService } from '../../projects/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { assemblePacket } from '../domain/packet.js';
import type { PacketFacts } from '../domain/packet.js';
import type { RunRecord } from '../domain/run.js';
import { PacketRepository } from '../store/packet.repository.js';

/** Messages of a plan's conversation that an architect is given. */
const CONVERSATION = 200;

/** Makes the packet of a run at its claim. It is stored with the run: what a daemon was told can be read years later. */
@Injectable()
export class Packets {
  constructor(
    private readonly facts: PacketRepository,
    private readonly projects: ProjectsService,
    private readonly messages: PlanMessagesService,
  ) {}

  /**
   * @param plan the run's, as the caller holds it.
   * @param epoch the one that the claim gives.
   * @throws Error `packet.incomplete`, or a ZodError, when the work should never have been offered.
   */
  async make(tx: Tx, run: RunRecord, plan: PlanRecord | undefined, epoch: number, session: BoundSession): Promise<RunPacket> {
    const talk = run.purpose === Purpose.plan && run.planId !== null ? (await this.messages.all(tx, run.planId)).slice(-CONVERSATION) : [];
    const team = await this.facts.team(tx, session.id);
    const project = await this.projects.find(tx, run.projectId);
    if (project === undefined) throw new Error(`project.missing: ${run.projectId}`);
    const facts: PacketFacts = {
      run: { ...run, epoch },
      project,
      policy: project.policy,
      plan,
      task: run.taskId === null ? undefined : await this.facts.task(tx, run.taskId),
      // Only who was given an epoch writes lines.
      lastSeq: run.epoch === 0 ? 0 : await this.facts.lastSeq(tx, run.id),
      // What holds for the whole team comes first: what was said to this run alone may correct it.
      steering: [...(team?.steering ?? []), ...(await this.facts.steering(tx, run.id))],
      channel: team?.channel ?? [],
      conversation: talk.filter(({ author }) => author !== 'studio').map(({ author, text }) => ({ author: author === 'person' ? 'person' : 'agent', text })),
      proposalIssues: issuesOf(talk.at(-1)),
      lanes: run.purpose === Purpose.releaseCleanup && run.planId !== null ? await this.facts.lanes(tx, run.planId) : [],
      checklist: team?.job === 'test' ? 'test' : 'review',
      readOnly: run.readOnly,
    };
    return RunPacket.parse(JSON.parse(JSON.stringify(assemblePacket(facts))));
  }
}

/** The problems of the last proposal stand in the studio's last words, one per line. */
function issuesOf(last: { readonly author: string; readonly kind: string; readonly text: string } | undefined): readonly string[] {
  return last?.author === 'studio' && last.kind === 'clarification' ? last.text.split('\n').filter((line) => line !== '') : [];
}
