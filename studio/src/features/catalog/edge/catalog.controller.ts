import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { AnalysisView, ContextFileDiff, ContextFileDiffQuery, ContextFileList, ContextFileView, KnowledgeAnswer, KnowledgeQuery, ok, StartAnalysis } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on } from '../../../platform/access/index.js';
import { Answers } from '../../../platform/http/index.js';
import { AnalysesService } from '../analyses.service.js';
import { ContextFilesService } from '../context-files.service.js';
import { SearchService } from '../search.service.js';

@Controller('api/v1/projects/:id')
export class CatalogController {
  constructor(
    private readonly analyses: AnalysesService,
    private readonly contextFiles: ContextFilesService,
    private readonly search: SearchService,
  ) {}

  @Post('analysis')
  @HttpCode(202)
  @Action('analysis.run', on('project'))
  @Answers(AnalysisView)
  start(@Access() access: Access, @Param('id') id: string, @Body({ schema: StartAnalysis }) { session }: z.output<typeof StartAnalysis>): Promise<Result<AnalysisView>> {
    return this.analyses.start(access, id, session);
  }

  @Get('analysis')
  @Action('knowledge.read', on('project'))
  @Answers(AnalysisView)
  latest(@Param('id') id: string): Promise<Result<AnalysisView>> {
    return this.analyses.latest(id);
  }

  @Get('context-files')
  @Action('knowledge.read', on('project'))
  @Answers(ContextFileList)
  files(@Param('id') id: string): Promise<Result<readonly ContextFileView[]>> {
    return this.contextFiles.list(id);
  }

  @Get('context-files/:name')
  @Action('knowledge.read', on('project'))
  @Answers(ContextFileView)
  file(@Param('id') id: string, @Param('name') name: string): Promise<Result<ContextFileView>> {
    return this.contextFiles.latest(id, name);
  }

  @Get('context-files/:name/versions')
  @Action('knowledge.read', on('project'))
  @Answers(ContextFileList)
  versions(@Param('id') id: string, @Param('name') name: string): Promise<Result<readonly ContextFileView[]>> {
    return this.contextFiles.versions(id, name);
  }

  @Get('context-files/:name/versions/:version')
  @Action('knowledge.read', on('project'))
  @Answers(ContextFileView)
  version(@Param('id') id: string, @Param('name') name: string, @Param('version') version: string): Promise<Result<ContextFileView>> {
    return this.contextFiles.version(id, name, /^\d{1,9}$/.test(version) ? Number(version) : 0);
  }

  @Get('context-files/:name/diff')
  @Action('knowledge.read', on('project'))
  @Answers(ContextFileDiff)
  diff(@Param('id') id: string, @Param('name') name: string, @Query({ schema: ContextFileDiffQuery }) { from, to }: z.output<typeof ContextFileDiffQuery>): Promise<Result<ContextFileDiff>> {
    return this.contextFiles.diff(id, name, from, to);
  }

  @Get('knowledge')
  @Action('knowledge.read', on('project'))
  @Answers(KnowledgeAnswer)
  async knowledge(@Param('id') id: string, @Query({ schema: KnowledgeQuery }) { q, kind, language, framework, limit, ranking }: z.output<typeof KnowledgeQuery>): Promise<Result<KnowledgeAnswer>> {
    return ok(await this.search.ask({ projectId: id, q, kind, language, framework, limit }, ranking));
  }
}
