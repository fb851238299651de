import { Global, Module } from '@nestjs/common';
import { UpgradeGate } from './upgrade-gate.js';

@Global()
@Module({ providers: [UpgradeGate], exports: [UpgradeGate] })
export class WsModule {}
