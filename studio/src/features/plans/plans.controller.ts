import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CreatePlan, PageQuery, PausePlan, PlanPage, PlanView } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import type { Page } from '../../platform/http/index.js';
import { PlanActionsService } from './plan-actions.service.js';

type Changed = Promise<Result<PlanView>>;

/** Plans as a whole: making, listing, and their life. Reading and editing the tree is in `planning`. */
@Controller('api/v1')
export class PlansController {
  constructor(private readonly actions: PlanActionsService) {}

  @Post('projects/:id/plans')
  @Action('plan.write', on('project'))
  @Answers(PlanView)
  create(@Access() access: Access, @Param('id') id: string, @Body({ schema: CreatePlan }) body: z.output<typeof CreatePlan>): Changed {
    return this.actions.create(access, id, body);
  }

  @Get('projects/:id/plans')
  @Action('plan.read', on('project'))
  @Answers(PlanPage)
  list(@Param('id') id: string, @Query({ schema: PageQuery }) query: z.output<typeof PageQuery>): Promise<Result<Page<PlanView>>> {
    return this.actions.page(id, query);
  }

  @Post('plans/:id/activate')
  @HttpCode(200)
  @Action('plan.run', on('plan'))
  @Answers(PlanView)
  activate(@Access() access: Access, @Param('id') id: string): Changed {
    return this.actions.activate(access, id);
  }

  @Post('plans/:id/pause')
  @HttpCode(200)
  @Action('plan.run', on('plan'))
  @Answers(PlanView)
  pause(@Access() access: Access, @Param('id') id: string, @Body({ schema: PausePlan.prefault({}) }) body: z.output<typeof PausePlan>): Changed {
    return this.actions.do(access, id, { event: 'pause', stop: body.stop });
  }

  @Post('plans/:id/resume')
  @HttpCode(200)
  @Action('plan.run', on('plan'))
  @Answers(PlanView)
  resume(@Access() access: Access, @Param('id') id: string): Changed {
    return this.actions.do(access, id, { event: 'resume' });
  }

  @Post('plans/:id/cancel')
  @HttpCode(200)
  @Action('plan.run', on('plan'))
  @Answers(PlanView)
  cancel(@Access() access: Access, @Param('id') id: string): Changed {
    return this.actions.do(access, id, { event: 'cancel' });
  }

  @Post('plans/:id/release')
  @HttpCode(200)
  @Action('plan.run', on('plan'))
  @Answers(PlanView)
  release(@Access() access: Access, @Param('id') id: string): Changed {
    return this.actions.release(access, id);
  }

  @Post('plans/:id/cancel-release')
  @HttpCode(200)
  @Action('plan.run', on('plan'))
  @Answers(PlanView)
  cancelRelease(@Access() access: Access, @Param('id') id: string): Changed {
    return this.actions.do(access, id, { event: 'cancel_release' });
  }

  @Post('plans/:id/archive')
  @HttpCode(200)
  @Action('plan.run', on('plan'))
  @Answers(PlanView)
  archive(@Access() access: Access, @Param('id') id: string): Changed {
    return this.actions.do(access, id, { event: 'archive' });
  }

  @Post('plans/:id/retry-bootstrap')
  @HttpCode(200)
  @Action('plan.run', on('plan'))
  @Answers(PlanView)
  retryBootstrap(@Access() access: Access, @Param('id') id: string): Changed {
    return this.actions.do(access, id, { event: 'retry_bootstrap' });
  }

  @Post('plans/:id/validate-again')
  @HttpCode(200)
  @Action('plan.run', on('plan'))
  @Answers(PlanView)
  validateAgain(@Access() access: Access, @Param('id') id: string): Changed {
    return this.actions.do(access, id, { event: 'validate_again' });
  }
}
