import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/index.js';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import type { Author } from './domain/author.js';

export interface CommentRecord {
  readonly id: string;
  readonly author: Author;
  readonly text: string;
  readonly forAgent: boolean;
  readonly at: Date;
}

@Injectable()
export class CommentsRepository {
  async add(tx: Tx, taskId: string, author: Author, text: string, forAgent: boolean): Promise<string> {
    const id = newId();
    await execute(tx, 'insert into comments (id, task_id, author, text, for_agent) values ($1, $2, $3, $4, $5)', [id, taskId, JSON.stringify(author), text, forAgent]);
    return id;
  }

  async ofTask(reader: Reader, taskId: string): Promise<readonly CommentRecord[]> {
    return rows<CommentRecord>(reader, 'select id, author, text, for_agent as "forAgent", at from comments where task_id = $1 order by at, id', [taskId]);
  }
}
