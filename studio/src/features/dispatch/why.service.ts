import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { Result, TaskDetail, TaskWhy } from '@maestro/protocol';
import { Database, databaseNow } from '../../platform/database/index.js';
import type { Reader } from '../../platform/database/index.js';
import { ReviewsService } from '../reviews/index.js';
import { RunViews } from '../runs/index.js';
import { TaskActionsService, TasksService } from '../tasks/index.js';
import type { Match } from './domain/match.js';
import { DueReader } from './due-reader.service.js';
import type { JudgedTask } from './due-reader.service.js';
import { FleetReader } from './fleet.service.js';
import { explanationOf, wantedByTask } from './wanted.js';

/** Explains: for a task at work why this machine, for one that waits exactly what is missing. Asks the rules that decide, and no others. */
@Injectable()
export class WhyService {
  constructor(
    private readonly database: Database,
    private readonly due: DueReader,
    private readonly fleets: FleetReader,
    private readonly runs: RunViews,
    private readonly tasks: TasksService,
    private readonly actions: TaskActionsService,
    private readonly reviews: ReviewsService,
  ) {}

  why(taskId: string): Promise<Result<TaskWhy>> {
    return this.database.read(async (reader) => {
      const judged = await this.due.task(reader, taskId);
      return judged === undefined ? notFound() : ok(await this.explain(reader, judged));
    });
  }

  /** A task with all that is known about it. */
  detail(taskId: string): Promise<Result<TaskDetail>> {
    return this.database.read(async (reader) => {
      const task = await this.tasks.find(reader, taskId);
      if (task === undefined) return notFound();
      const comments = await this.actions.commentsOf(reader, taskId);
      const reviews = await this.reviews.ofTask(reader, taskId);
      return ok({ ...(await this.actions.view(reader, task)), comments, reviews: [...reviews], question: task.question });
    });
  }

  private async explain(reader: Reader, judged: JudgedTask): Promise<TaskWhy> {
    const { row, due } = judged;
    const head = { key: row.key, status: row.status };
    const live = row.runs.find(({ status, inGrace }) => status !== 'lost' || inGrace);
    if (live !== undefined) {
      const run = await this.runs.view(reader, live.id);
      const match = run.ok ? run.value.match : null;
      const waits = due.due ? [] : due.waits.map(({ sentence }) => sentence);
      return { ...head, sentence: `${waits[0] ?? ''}${match === null ? '' : ` ${match.sentence}`}`.trim(), waitingFor: live.status === 'waiting' || live.status === 'lost' ? waits : [], match };
    }
    if (!due.due) return { ...head, sentence: due.waits[0]?.sentence ?? '', waitingFor: due.waits.map(({ sentence }) => sentence), match: null };
    const fleet = await this.fleets.of(reader, [row.projectId]);
    const found = fleet.match(wantedByTask(row, judged.plan, due.purpose, fleet));
    const match = explanationOf(found, (await databaseNow(reader)).toISOString());
    return { ...head, sentence: found.chosen === null ? found.sentence : `It is due and goes to ${found.chosen.name} next.`, waitingFor: found.chosen === null ? missing(found) : [], match };
  }
}

function missing({ candidates }: Match): string[] {
  if (candidates.length === 0) return ['No machine is connected to this project. Connect one with `maestro connect`.'];
  return candidates.map(({ name, missing: sentences }) => `${name}: ${sentences.join(' ')}`);
}

function notFound(): Result<never> {
  return refuse('not_found', 'task_not_found', 'There is no such task.');
}
