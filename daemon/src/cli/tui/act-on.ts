import type { RunView } from '@maestro/protocol';
import { ChannelKind } from '@maestro/protocol';
import type { TeamView } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { explain } from '../explain.js';
import { count } from '../format/words.js';
import type { Machine, Studio } from '../shared/machine.js';
import { steerRun } from '../shared/steering.js';
import { subjectOf } from './board.js';
import type { Typed } from './typed.js';

/** What a typed line may be about. */
export interface About {
  readonly machine: Machine;
  readonly studio: () => Promise<Studio>;
  readonly project: string;
  readonly team: TeamView | undefined;
  /** The run that is looked at, where its agent is at work. */
  readonly run: RunView | undefined;
}

/** Does what was typed, and says in one sentence what became of it. Never rejects: the sentence says why it could not be done. */
export async function actOn(typed: Exclude<Typed, { kind: 'nothing' | 'quit' }>, about: About): Promise<string> {
  try {
    switch (typed.kind) {
      case 'wrong':
        return typed.sentence;
      case 'clear_steering':
        return await clear(about);
      case 'steer':
        return await steer(typed, about);
    }
  } catch (error) {
    return explain(error).sentences.join(' ');
  }
}

async function clear({ studio, team }: About): Promise<string> {
  if (team === undefined) return 'This machine leads no team, so no directive stands.';
  const { cleared } = await (await studio()).call(ENDPOINTS.clearSteering, { path: { team: team.id } });
  return cleared === 0 ? 'No directive stood.' : `Took back ${count(cleared, 'directive')}.`;
}

async function steer({ text, of }: { readonly text: string; readonly of: string | undefined }, { machine, studio, project, team, run }: About): Promise<string> {
  if (of === undefined && team?.open === true) {
    await (await studio()).call(ENDPOINTS.postToChannel, { path: { team: team.id }, body: { kind: ChannelKind.steering, text } });
    return `To the whole team, until clear-steering: ${text}`;
  }
  if (of === undefined && run === undefined) return 'No agent is at work there: choose one with the arrow keys, or name a task: steer --task <key> "…"';
  await steerRun(machine, { text, of: of ?? run?.id, project });
  return `To the agent of ${of ?? (run === undefined ? 'the run' : subjectOf(run))}: ${text}`;
}
