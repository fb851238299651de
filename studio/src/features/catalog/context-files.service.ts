import { Injectable } from '@nestjs/common';
import { ContextFileView, ok, refuse } from '@maestro/protocol';
import type { ContextFileDiff, Result } from '@maestro/protocol';
import { Database } from '../../platform/database/index.js';
import { diffLines } from './domain/line-diff.js';
import { ContextFilesRepository } from './store/context-files.repository.js';
import type { ContextFileRecord } from './store/context-files.repository.js';

/** Context files as people and agents read them. */
@Injectable()
export class ContextFilesService {
  constructor(
    private readonly database: Database,
    private readonly files: ContextFilesRepository,
  ) {}

  /** The newest version of each, without texts. */
  async list(projectId: string): Promise<Result<readonly ContextFileView[]>> {
    return ok((await this.database.read((reader) => this.files.latest(reader, projectId))).map(withoutText));
  }

  async latest(projectId: string, name: string): Promise<Result<ContextFileView>> {
    const found = (await this.database.read((reader) => this.files.latest(reader, projectId))).find((file) => file.name === name);
    return found === undefined ? missing(name) : ok(ContextFileView.parse(found));
  }

  async versions(projectId: string, name: string): Promise<Result<readonly ContextFileView[]>> {
    const found = await this.database.read((reader) => this.files.versions(reader, projectId, name));
    return found.length === 0 ? missing(name) : ok(found.map(withoutText));
  }

  async version(projectId: string, name: string, version: number): Promise<Result<ContextFileView>> {
    const found = await this.database.read((reader) => this.files.version(reader, projectId, name, version));
    return found === undefined ? missing(`${name}, version ${version},`) : ok(ContextFileView.parse(found));
  }

  diff(projectId: string, name: string, from: number, to: number): Promise<Result<ContextFileDiff>> {
    return this.database.read(async (reader) => {
      const [old, now] = [await this.files.version(reader, projectId, name, from), await this.files.version(reader, projectId, name, to)];
      if (old === undefined || now === undefined) return missing(`${name}, version ${old === undefined ? from : to},`);
      return ok({ name: old.name, from, to, lines: diffLines(old.text, now.text).map((line) => ({ ...line })) });
    });
  }
}

function withoutText({ text: _, ...file }: ContextFileRecord): ContextFileView {
  return ContextFileView.parse(file);
}

function missing(what: string): Result<never> {
  return refuse('not_found', 'context_file_not_found', `There is no context file ${what} of this project. An analysis of the repository makes them.`);
}
