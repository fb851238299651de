import { describe, expect, it } from 'vitest';
import { secondsOfRun } from '../ends.js';
import { fencedBlock } from './plan.js';

describe('fencedBlock', () => {
  it('takes the last block that can be a proposal', () => {
    expect(fencedBlock('Here:\n```yaml\ntitle: A\n```\nor\n```json\n{"title":"B"}\n```\n')).toBe('{"title":"B"}');
    expect(fencedBlock('````yaml\ntitle: A\n```\nstill inside\n````\n')).toBe('title: A\n```\nstill inside');
    expect(fencedBlock('```ts\nconst a = 1;\n```')).toBeUndefined();
    expect(fencedBlock('no block')).toBeUndefined();
  });
});

describe('secondsOfRun', () => {
  it('is the second in which the run was made', () => {
    const ms = Date.UTC(2026, 0, 2, 3, 4, 5);
    const hex = ms.toString(16).padStart(12, '0');
    expect(secondsOfRun({ run: `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000` as never })).toBe(ms / 1_000);
  });
});
