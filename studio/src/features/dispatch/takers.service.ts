import { Injectable } from '@nestjs/common';
import { Purpose } from '@maestro/protocol';
import type { Reader } from '../../platform/database/index.js';
import { TaskTakers } from '../planning/index.js';
import type { SoughtTask, Takers } from '../planning/index.js';
import { ProjectsService } from '../projects/index.js';
import type { Match } from './domain/match.js';
import { FleetReader } from './fleet.service.js';

/** Who could take the tasks of a plan that is still being written; see the port. */
@Injectable()
export class TakersOfPlanning extends TaskTakers {
  constructor(
    private readonly fleets: FleetReader,
    private readonly projects: ProjectsService,
  ) {
    super();
  }

  async takersOf(reader: Reader, projectId: string, tasks: readonly SoughtTask[]): Promise<ReadonlyMap<string, Takers>> {
    const fleet = await this.fleets.of(reader, [projectId]);
    const policy = await this.projects.policyOf(reader, projectId);
    const wanted = { projectId, policy, purpose: Purpose.implement, pinnedSession: null, laneSession: null, avoidSession: null, author: null, independence: policy.reviewerIndependence, reviewerWaitSeconds: 0 };
    return new Map(
      tasks.map((task) => {
        const member = task.assignee === null ? null : { id: task.assignee, name: 'its assignee' };
        const found = fleet.match({ ...wanted, subject: task.id, skills: task.skills, member });
        const sessions = found.candidates.filter(({ eligible }) => eligible).map(({ session }) => session);
        return [task.id, { sessions, sentence: sessions.length > 0 ? null : whyNobody(task.key, found) }];
      }),
    );
  }
}

/** Names the machine that comes nearest, since that is the one to do something about. */
function whyNobody(key: string, { candidates }: Match): string {
  const nearest = [...candidates].sort((a, b) => a.missing.length - b.missing.length)[0];
  if (nearest === undefined) return `No machine is connected that could take ${key}. Connect one with \`maestro connect\`.`;
  return `Nobody connected can take ${key}. ${nearest.name} comes nearest: ${nearest.missing.join(' ')}`;
}
