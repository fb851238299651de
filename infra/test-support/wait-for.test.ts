import { describe, expect, it } from 'vitest';
import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('returns what the condition gives, falsy values that mean something included', async () => {
    const answers = [undefined, null, false, 0] as const;
    let asked = 0;
    await expect(waitFor<number>(() => answers[asked++], { what: 'a number', everyMs: 1 })).resolves.toBe(0);
    expect(asked).toBe(4);
  });

  it('says what it waited for and the last answer', async () => {
    await expect(waitFor(() => false, { what: 'the server', timeoutMs: 5, everyMs: 1 })).rejects.toThrow(/^waited \d+ ms for the server; the last answer was false$/);
  });

  it('asks again after an error and keeps the last one as the cause', async () => {
    const refused = new Error('connection refused');
    const failing = waitFor(() => Promise.reject(refused), { what: 'the server', timeoutMs: 5, everyMs: 1 });
    await expect(failing).rejects.toMatchObject({ cause: refused, message: expect.stringContaining('connection refused') as string });

    let attempts = 0;
    const recovering = (): string => {
      attempts += 1;
      if (attempts < 3) throw refused;
      return 'up';
    };
    await expect(waitFor(recovering, { what: 'the server', everyMs: 1 })).resolves.toBe('up');
  });
});
