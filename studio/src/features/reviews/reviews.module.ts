import { Module } from '@nestjs/common';
import { TaskReviews, TasksModule } from '../tasks/index.js';
import { ReviewsOfTasks } from './reviews-of-tasks.js';
import { ReviewsRepository } from './reviews.repository.js';
import { ReviewsService } from './reviews.service.js';

@Module({ imports: [TasksModule], providers: [ReviewsRepository, ReviewsService, { provide: TaskReviews, useClass: ReviewsOfTasks }], exports: [ReviewsService] })
export class ReviewsModule {}
