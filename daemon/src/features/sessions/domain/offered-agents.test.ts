import { describe, expect, it } from 'vitest';
import { offeredAgents } from './offered-agents.js';

const here = [
  { name: 'claude', installed: true, version: '2.0.1' },
  { name: 'codex', installed: true, problem: 'It is not signed in.' },
  { name: 'gemini', installed: false, problem: 'It is not installed.' },
  { name: 'manual', installed: true },
  { name: 'rehearsal', installed: true },
];

describe('offeredAgents', () => {
  it('offers all that work, but neither a person nor a script that nobody named', () => {
    expect(offeredAgents(here, [], { claude: 2, codex: 1 })).toEqual({ ok: true, offers: [{ name: 'claude', version: '2.0.1', slots: 2 }] });
  });

  it('offers what was named, and says when that does not work', () => {
    expect(offeredAgents(here, ['rehearsal', 'manual'], {})).toEqual({ ok: true, offers: [{ name: 'manual' }, { name: 'rehearsal' }] });
    expect(offeredAgents(here, ['codex'], {})).toEqual({ ok: false, sentence: 'The agent "codex" cannot be used: It is not signed in.' });
    expect(offeredAgents(here, ['clod'], {})).toMatchObject({ ok: false });
  });
});
