import { describe, expect, it } from 'vitest';
import { leadPurposes, workerEnvironment, workerFolder, workerWords } from './worker-start.js';

const start = { name: 'desk test 1', job: 'test', channel: 'shop-1a2b3c4d', agents: [], skills: [], project: undefined } as const;

describe('the command line of a worker', () => {
  it('says who it is and what for', () => {
    expect(workerWords(start).join(' ')).toBe('connect --no-tui --role worker --name desk test 1 --purposes review --team-channel shop-1a2b3c4d --capacity 1 --lifeline');
    expect(workerWords({ ...start, job: 'dev', agents: ['claude', 'codex'], skills: [{ slug: 'go', proficiency: 4 }], project: 'SHOP' }).slice(-6)).toEqual(['--with-skill', 'go:4', '--agent', 'claude,codex', '--project', 'SHOP']);
  });
});

describe('the environment of a worker', () => {
  it('is that of its lead, without the key of its secrets', () => {
    expect(workerEnvironment({ PATH: '/bin', MAESTRO_SECRET_KEY: 'x', MAESTRO_STUDIO: 'https://old.example', MAESTRO_HOME: '/h' }, 'https://studio.example')).toEqual({ PATH: '/bin', MAESTRO_HOME: '/h', MAESTRO_STUDIO: 'https://studio.example' });
  });
});

describe('the folder of a worker', () => {
  it('is told apart even where names look alike', () => {
    expect(workerFolder('SHOP', 'desk dev 1')).toMatch(/^shop-desk-dev-1-[0-9a-f]{8}$/);
    expect(workerFolder('SHOP', 'desk-dev 1')).not.toBe(workerFolder('SHOP', 'desk dev 1'));
    expect(workerFolder('SHOP', '../../x')).not.toContain('/');
  });
});

describe('what a lead takes beside its team', () => {
  it('is what no worker does', () => {
    expect(leadPurposes(['implement', 'review', 'merge', 'plan'], ['dev', 'test'])).toEqual(['merge', 'plan']);
    expect(leadPurposes(['implement', 'review', 'merge'], ['dev'])).toEqual(['review', 'merge']);
  });
});
