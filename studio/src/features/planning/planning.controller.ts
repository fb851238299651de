import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ExportQuery, ImportPlan, PatchPlan, PlanPreview, PlanTree, PutPlan } from '@maestro/protocol';
import type { ProposalFormat, Result } from '@maestro/protocol';
import type { Response } from 'express';
import type { z } from 'zod';
import { Access, Action, on } from '../../platform/access/index.js';
import { Answers, AnswersOther } from '../../platform/http/index.js';
import { PlanEditService } from './plan-edit.service.js';
import { PlanImportService } from './plan-import.service.js';
import { PlanPreviewService } from './plan-preview.service.js';

type Tree = Promise<Result<PlanTree>>;

/** Markdown and YAML have registered types of their own (RFC 7763, RFC 9512). */
const MEDIA_TYPE: Readonly<Record<ProposalFormat, string>> = { json: 'application/json', yaml: 'application/yaml', md: 'text/markdown' };

/** A plan's tree: reading, editing, import, export and preview. */
@Controller('api/v1')
export class PlanningController {
  constructor(
    private readonly edits: PlanEditService,
    private readonly imports: PlanImportService,
    private readonly previews: PlanPreviewService,
  ) {}

  @Get('plans/:id')
  @Action('plan.read', on('plan'))
  @Answers(PlanTree)
  get(@Param('id') id: string): Tree {
    return this.edits.get(id);
  }

  @Patch('plans/:id')
  @Action('plan.write', on('plan'))
  @Answers(PlanTree)
  patch(@Access() access: Access, @Param('id') id: string, @Body({ schema: PatchPlan }) body: z.output<typeof PatchPlan>): Tree {
    return this.edits.patch(access, id, body);
  }

  @Put('plans/:id')
  @Action('plan.write', on('plan'))
  @Answers(PlanTree)
  put(@Access() access: Access, @Param('id') id: string, @Body({ schema: PutPlan }) body: z.output<typeof PutPlan>): Tree {
    return this.edits.put(access, id, body);
  }

  @Post('projects/:id/plans/import')
  @Action('plan.write', on('project'))
  @Answers(PlanTree)
  create(@Access() access: Access, @Param('id') id: string, @Body({ schema: ImportPlan }) body: z.output<typeof ImportPlan>): Tree {
    return this.imports.create(access, id, body);
  }

  @Post('plans/:id/import')
  @HttpCode(200)
  @Action('plan.write', on('plan'))
  @Answers(PlanTree)
  replace(@Access() access: Access, @Param('id') id: string, @Body({ schema: ImportPlan }) body: z.output<typeof ImportPlan>): Tree {
    return this.imports.replace(access, id, body);
  }

  @Get('plans/:id/export')
  @Action('plan.read', on('plan'))
  @AnswersOther('the plan as a file, in the format that was asked for')
  async export(@Param('id') id: string, @Query({ schema: ExportQuery }) { format }: z.output<typeof ExportQuery>, @Res({ passthrough: true }) response: Response): Promise<Result<string>> {
    const text = await this.imports.export(id, format);
    if (text.ok) response.type(`${MEDIA_TYPE[format]}; charset=utf-8`);
    return text;
  }

  @Post('plans/:id/preview')
  @HttpCode(200)
  @Action('plan.read', on('plan'))
  @Answers(PlanPreview)
  preview(@Param('id') id: string): Promise<Result<PlanPreview>> {
    return this.previews.preview(id);
  }
}
