import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics.js';
import { OperatorController } from './operator.controller.js';

@Global()
@Module({ controllers: [OperatorController], providers: [Metrics], exports: [Metrics] })
export class MetricsModule {}
