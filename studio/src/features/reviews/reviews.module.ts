import { Module } from '@nestjs/common';
import { TasksModule } from '../tasks/index.js';
import { ReviewsRepository } from './reviews.repository.js';
import { ReviewsService } from './reviews.service.js';

@Module({ imports: [TasksModule], providers: [ReviewsRepository, ReviewsService], exports: [ReviewsService] })
export class ReviewsModule {}
