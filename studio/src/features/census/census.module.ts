import { Module } from '@nestjs/common';
import { CensusRepository } from './census.repository.js';
import { CensusService } from './census.service.js';

@Module({ providers: [CensusRepository, CensusService] })
export class CensusModule {}
