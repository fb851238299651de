import { Global, Module } from '@nestjs/common';
import { LoopLeasesRepository } from './loop-leases.repository.js';
import { LoopRunner } from './loop-runner.js';

@Global()
@Module({ providers: [LoopLeasesRepository, LoopRunner], exports: [LoopRunner] })
export class LoopsModule {}
