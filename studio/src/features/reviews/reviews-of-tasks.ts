import { Injectable } from '@nestjs/common';
import type { Actor } from '@maestro/protocol';
import type { Tx } from '../../platform/database/index.js';
import { TaskReviews } from '../tasks/index.js';
import type { Approval, TaskRecord } from '../tasks/index.js';
import { ReviewsService } from './reviews.service.js';

/** What tasks tell of people's judgements; see the port. */
@Injectable()
export class ReviewsOfTasks extends TaskReviews {
  constructor(private readonly reviews: ReviewsService) {
    super();
  }

  personApproved(tx: Tx, task: TaskRecord, approval: Approval, note: string, actor: Actor): Promise<void> {
    return this.reviews.personApproved(tx, task, approval, note, actor);
  }
}
