import { Injectable } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { refuse } from '@maestro/protocol';
import { RefusalError } from './refusal-error.js';

/**
 * Refuses text that PostgreSQL cannot keep, wherever in a request it stands: U+0000, and halves of surrogate pairs. Without this each route
 * answers 500 for them, and a schema that forgot is found only by an attacker.
 */
@Injectable()
export class StorableTextPipe implements PipeTransform {
  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    if (type !== 'custom' && holdsUnstorable(value)) {
      throw new RefusalError(refuse('invalid', 'text_unstorable', 'A text in this request holds a character that cannot be stored (U+0000, or half of a surrogate pair). Remove it.').refusal);
    }
    return value;
  }
}

/** Bodies are small (see `bodyLimitKb`) and JSON, so never cyclic; a stack of its own keeps deep ones from exhausting the call stack. */
export function holdsUnstorable(value: unknown): boolean {
  const left: unknown[] = [value];
  for (let next = left.pop(); next !== undefined || left.length > 0; next = left.pop()) {
    if (typeof next === 'string') {
      if (/\u0000|\p{Cs}/u.test(next)) return true;
    } else if (typeof next === 'object' && next !== null) {
      for (const [key, member] of Object.entries(next)) left.push(key, member);
    }
  }
  return false;
}
