import { Injectable } from '@nestjs/common';
import type { Actor, Policy } from '@maestro/protocol';
import type { Tx } from '../../platform/database/index.js';
import { PolicyWatch } from '../projects/index.js';
import { PlansService } from './plans.service.js';

/** What a project's policy means for its plans; see the port. */
@Injectable()
export class PlansPolicyWatch extends PolicyWatch {
  constructor(private readonly plans: PlansService) {
    super();
  }

  async policyChanged(tx: Tx, projectId: string, changed: readonly (keyof Policy)[], actor: Actor): Promise<void> {
    if (changed.includes('validationCommands')) await this.plans.commandsChanged(tx, projectId, { actor });
  }
}
