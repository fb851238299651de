import { Injectable } from '@nestjs/common';
import type { Policy, SessionStatus } from '@maestro/protocol';
import { preparedRows } from '../../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../../platform/database/index.js';

/** Where a run is about to go. */
export interface OfferPlace {
  readonly projectId: string;
  readonly sessionId: string;
  /** Null for what needs none. */
  readonly agent: string | null;
}

/** A session that work is about to be offered to, with all that could be full. */
interface OfferedSession {
  readonly id: string;
  readonly name: string;
  readonly status: SessionStatus;
  readonly paused: boolean;
  readonly capacity: number;
  /** Runs on offer, claimed or running in the whole project. */
  readonly projectBusy: number;
  /** The same, of this session. */
  readonly busy: number;
  /** The same over all sessions of its machine, and what the machine takes; null without a limit. */
  readonly machineBusy: number;
  readonly machineSlots: number | null;
  /** The same of the agent that the run would have. */
  readonly agentBusy: number;
  readonly agentSlots: number | null;
}

/** How many runs a policy allows at once, in the project and in one session. */
type Most = Policy['concurrency'];

const AT_WORK = `('dispatched', 'claimed', 'running')`;

/** What two dispatchers could give away twice. Locks go plan, task, project, sessions. */
@Injectable()
export class OfferRoomRepository {
  /** The session, if it and all that it belongs to can take one more run with this agent; held until the transaction ends. */
  async claim(tx: Tx, { projectId, sessionId, agent }: OfferPlace, most: Most): Promise<OfferedSession | undefined> {
    // An advisory lock and not the row's: whoever changes a policy holds the project's row and then waits for its plans, while an offer
    // holds a plan already.
    // Every session of the machine, since they share its slots. Rows are locked last, when the whole of `project` was read.
    await preparedRows(
      tx,
      `with project as materialized (select pg_advisory_xact_lock(hashtextextended('dispatch/' || $1, 0)))
       select from project cross join agent_sessions s where s.machine_id = (select machine_id from agent_sessions where id = $2) order by s.id for no key update of s`,
      [projectId, sessionId],
    );
    return this.look(tx, { projectId, sessionId, agent }, most);
  }

  /**
   * The same without a lock, for whoever holds a run already: a session that says hello holds its row and waits for its runs. Two that
   * look in one moment may both find the last slot.
   */
  async look(reader: Reader, { projectId, sessionId, agent }: OfferPlace, most: Most): Promise<OfferedSession | undefined> {
    const ofMachine = `select count(*)::int from runs r join agent_sessions o on o.id = r.session_id where o.machine_id = s.machine_id and r.status in ${AT_WORK}`;
    const [session] = await preparedRows<OfferedSession>(
      reader,
      `select s.id, s.name, s.status, s.capacity, exists (select from pauses x where x.scope = 'session' and x.subject_id = s.id) as paused,
              (select count(*)::int from runs r where r.project_id = $3 and r.status in ${AT_WORK}) as "projectBusy",
              (select count(*)::int from runs r where r.session_id = s.id and r.status in ${AT_WORK}) as busy,
              (${ofMachine}) as "machineBusy",
              (select min(o.machine_slots)::int from agent_sessions o where o.machine_id = s.machine_id and o.status <> 'offline') as "machineSlots",
              (${ofMachine} and r.agent = $2) as "agentBusy",
              (select (a->>'slots')::int from jsonb_array_elements(s.agents) a where a->>'name' = $2) as "agentSlots"
         from agent_sessions s where s.id = $1`,
      [sessionId, agent, projectId],
    );
    return session !== undefined && canTake(session, most) ? session : undefined;
  }
}

function canTake({ status, paused, projectBusy, busy, capacity, machineBusy, machineSlots, agentBusy, agentSlots }: OfferedSession, most: Most): boolean {
  if (status !== 'online' || paused || projectBusy >= most.project || busy >= Math.min(most.session, capacity)) return false;
  return (machineSlots === null || machineBusy < machineSlots) && (agentSlots === null || agentBusy < agentSlots);
}
