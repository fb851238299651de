import type { SessionLine } from '../../features/control/index.js';
import { failure } from '../failure.js';
import type { Machine } from './machine.js';

export interface TeamHere {
  readonly id: string;
  readonly studio: string;
  readonly project: SessionLine['project'];
}

/** The team that this machine leads: of the project that was named, or the only one. `undefined` when there is none. */
export async function findTeamHere(machine: Machine, named: string | undefined): Promise<TeamHere | undefined> {
  const daemon = await machine.findDaemon();
  if (daemon === undefined) return undefined;
  try {
    const { sessions } = await daemon.call('status', {});
    const key = named?.toUpperCase();
    const found = sessions.filter((session) => session.team?.workers.some(({ alive }) => alive) === true && (key === undefined || session.project.key === key || session.project.id === named));
    if (found.length > 1) throw failure('usage', `This machine leads several teams: ${found.map(({ project }) => project.key).join(', ')}.`, 'one of them with --project <key>');
    const [only] = found;
    return only?.team === undefined ? undefined : { id: only.team.id, studio: only.studio, project: only.project };
  } finally {
    daemon.close();
  }
}
