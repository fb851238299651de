import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Access } from './access.js';
import type { Caller } from './caller.js';

/** A request, with what the guards found out about it. */
export interface MaestroRequest extends Request {
  caller?: Caller;
  access?: Access;
}

export function requestOf(context: ExecutionContext): MaestroRequest {
  return context.switchToHttp().getRequest<MaestroRequest>();
}
