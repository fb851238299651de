import { Injectable } from '@nestjs/common';
import type { SessionStatus } from '@maestro/protocol';
import { rows } from '../../../platform/database/repository-access.js';
import type { Tx } from '../../../platform/database/index.js';

/** A session that work is about to be offered to, with all that could be full. */
export interface OfferedSession {
  readonly id: string;
  readonly name: string;
  readonly status: SessionStatus;
  readonly paused: boolean;
  readonly capacity: number;
  /** Runs on offer to it, claimed or running. */
  readonly busy: number;
  /** The same over all sessions of its machine, and what the machine takes; null without a limit. */
  readonly machineBusy: number;
  readonly machineSlots: number | null;
  /** The same of the agent that the run would have. */
  readonly agentBusy: number;
  readonly agentSlots: number | null;
}

const AT_WORK = `('dispatched', 'claimed', 'running')`;

/** What two dispatchers could give away twice, counted under lock. Locks go plan, task, project, sessions. */
@Injectable()
export class OfferRoomRepository {
  /**
   * Runs at work in the project. An advisory lock and not the row's: whoever changes a policy holds the project's row and then waits for
   * its plans, while an offer holds a plan already.
   */
  async lockProject(tx: Tx, projectId: string): Promise<number> {
    await rows(tx, `select pg_advisory_xact_lock(hashtextextended('dispatch/' || $1, 0))`, [projectId]);
    const [row] = await rows<{ count: number }>(tx, `select count(*)::int as count from runs where project_id = $1 and status in ${AT_WORK}`, [projectId]);
    return row?.count ?? 0;
  }

  /** Locks every session of the machine, since they share its slots. */
  async lockSession(tx: Tx, id: string, agent: string | null): Promise<OfferedSession | undefined> {
    await rows(tx, 'select from agent_sessions where machine_id = (select machine_id from agent_sessions where id = $1) order by id for no key update', [id]);
    const ofMachine = `select count(*)::int from runs r join agent_sessions o on o.id = r.session_id where o.machine_id = s.machine_id and r.status in ${AT_WORK}`;
    const [row] = await rows<OfferedSession>(
      tx,
      `select s.id, s.name, s.status, s.capacity, exists (select from pauses x where x.scope = 'session' and x.subject_id = s.id) as paused,
              (select count(*)::int from runs r where r.session_id = s.id and r.status in ${AT_WORK}) as busy,
              (${ofMachine}) as "machineBusy",
              (select min(o.machine_slots)::int from agent_sessions o where o.machine_id = s.machine_id and o.status <> 'offline') as "machineSlots",
              (${ofMachine} and r.agent = $2) as "agentBusy",
              (select (a->>'slots')::int from jsonb_array_elements(s.agents) a where a->>'name' = $2) as "agentSlots"
         from agent_sessions s where s.id = $1`,
      [id, agent],
    );
    return row;
  }
}
