import { Injectable } from '@nestjs/common';
import { METHODS } from '@maestro/protocol';
import { Database } from '../../platform/database/index.js';
import { Log } from '../../platform/logging/index.js';
import { EventStream } from '../events/index.js';
import { SessionPush, SessionViews } from '../sessions/index.js';
import { TasksService } from '../tasks/index.js';

/** Tells a member's machines that a task was offered. A hint: `maestro task list` shows the same. */
@Injectable()
export class OfferHints {
  constructor(
    stream: EventStream,
    private readonly database: Database,
    private readonly tasks: TasksService,
    private readonly sessions: SessionViews,
    private readonly push: SessionPush,
    log: Log,
  ) {
    stream.onEvent('task/offered', ({ taskId, payload }) => {
      const member = payload['member'];
      if (taskId === null || typeof member !== 'string') return;
      this.tell(taskId, member).catch((error: unknown) => log.warn({ err: error, taskId }, 'an offer could not be passed on'));
    });
  }

  private async tell(taskId: string, member: string): Promise<void> {
    const { task, ids } = await this.database.read(async (reader) => {
      const found = await this.tasks.find(reader, taskId);
      return { task: found, ids: found === undefined ? [] : await this.sessions.idsOfMember(reader, member, found.projectId) };
    });
    if (task === undefined) return;
    const params = { task: task.id, key: task.key, title: task.title };
    for (const id of ids) if (this.push.isHere(id)) this.push.publish(id, { kind: 'notify', method: METHODS.taskAssigned.name, params });
  }
}
