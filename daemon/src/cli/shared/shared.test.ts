import { Policy } from '@maestro/protocol';
import type { PlanView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import type { SessionLine } from '../../features/control/index.js';
import { CommandFailure } from '../failure.js';
import { nextCommand } from '../where-am-i.js';
import { wholeHead } from '../commands/task/approve.js';
import { fakeTerminal } from '../test-support/fake-terminal.js';
import { agentFindings, clockCheck, gitCheck, nodeCheck } from './checks.js';
import { completionScript } from './completion.js';
import { changed, connectionEvent } from './connection-events.js';
import { choosePlan, inOrder } from './find-plan.js';
import { readTaskKey } from './find-task.js';
import { changeOf, flatten } from './policy-knobs.js';
import { statusText } from './status-text.js';

function plan(title: string, status: PlanView['status'], end: string, createdAt = '2026-01-01T00:00:00.000Z'): PlanView {
  return { id: `01a1fb85-1ef5-7000-9cfa-0000${end}`, title, status, createdAt, epicBranch: null } as PlanView;
}

function exitOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof CommandFailure ? error.exit : String(error);
  }
  return 'done';
}

describe('which plan is meant', () => {
  const stock = plan('Negative stock', 'active', 'aaaa1111');
  const stockAgain = plan('Negative stock, again', 'draft', 'bbbb2222');
  const old = plan('Old stock', 'archived', 'cccc3333');
  const plans = [stock, stockAgain, old];

  it.each([
    [undefined, stock],
    ['negative stock', stock],
    ['Negative stock, a', stockAgain],
    ['old', old],
    ['bbbb2222', stockAgain],
    ['3333', old],
    [stockAgain.id, stockAgain],
  ])('%s', (name, meant) => {
    expect(choosePlan(plans, name)).toEqual({ kind: 'chosen', plan: meant });
  });

  it('is not guessed', () => {
    const more = plan('Negotiate', 'draft', 'dddd4444');
    expect(choosePlan([...plans, more], 'neg')).toEqual({ kind: 'several', plans: [stock, stockAgain, more] });
    expect(choosePlan(plans, 'nothing')).toEqual({ kind: 'none' });
    expect(choosePlan(plans, '')).toEqual({ kind: 'none' });
    expect(choosePlan([], undefined)).toEqual({ kind: 'none' });
    expect(choosePlan([stock, { ...stock, id: 'other' as PlanView['id'] }], undefined).kind).toBe('several');
  });

  it('falls back to the only open plan, then to the only one', () => {
    expect(choosePlan([stockAgain, old], undefined)).toEqual({ kind: 'chosen', plan: stockAgain });
    expect(choosePlan([old], undefined)).toEqual({ kind: 'chosen', plan: old });
  });

  it('prefers open plans to those of the same name that are over', () => {
    expect(choosePlan([plan('Stock', 'cancelled', 'eeee5555'), plan('Stock', 'draft', 'ffff6666')], 'stock')).toMatchObject({ kind: 'chosen', plan: { status: 'draft' } });
  });

  it('lists plans at work first, then the newest first', () => {
    const late = plan('Late', 'draft', '00000001', '2026-02-01T00:00:00.000Z');
    expect(inOrder([old, stockAgain, late, stock]).map(({ title }) => title)).toEqual(['Negative stock', 'Late', 'Negative stock, again', 'Old stock']);
  });
});

describe('names that people type', () => {
  it.each([
    ['SHOP-12', { key: 'SHOP-12', project: 'SHOP' }],
    [' shop-12 ', { key: 'SHOP-12', project: 'SHOP' }],
    ['A1-1', { key: 'A1-1', project: 'A1' }],
    ['SHOP', undefined],
    ['SHOP-', undefined],
    ['S-1', undefined],
    ['12-SHOP', undefined],
    ['SHOP-1-2', undefined],
  ])('the task key %s', (text, key) => {
    expect(readTaskKey(text)).toEqual(key);
  });

  it('the head that was looked at', () => {
    const head = 'c885bcc59cb4a7c468d0f376f5d55303b05abc41';
    expect(wholeHead('SHOP-1', head, 'C885BCC')).toBe(head);
    expect(wholeHead('SHOP-1', null, head)).toBe(head);
    expect(exitOf(() => wholeHead('SHOP-1', head, 'c885bc'))).toBe('usage');
    expect(exitOf(() => wholeHead('SHOP-1', head, 'main'))).toBe('usage');
    expect(exitOf(() => wholeHead('SHOP-1', head, 'deadbeef'))).toBe('conflict');
    expect(exitOf(() => wholeHead('SHOP-1', null, 'deadbeef'))).toBe('conflict');
  });
});

describe('setting a policy', () => {
  const project = { policy: Policy.parse({ budget: { task: { usd: 2, runs: 5 } } }) };

  it.each([
    ['revisionCap', '5', { policy: { revisionCap: 5 } }],
    ['deltaReview', 'always', { policy: { deltaReview: 'always' } }],
    ['concurrency.project', '7', { policy: { concurrency: { project: 7 } } }],
    ['budget.task.usd', '4.5', { policy: { budget: { task: { usd: 4.5, runs: 5 } } } }],
    ['budget.task.usd', 'none', { policy: { budget: { task: { runs: 5 } } } }],
    ['validationCommands', '[{"name":"tests","command":["npm","test"]}]', { policy: { validationCommands: [{ name: 'tests', command: ['npm', 'test'], timeoutSeconds: 600 }] } }],
    ['name', 'Shop', { name: 'Shop' }],
    ['baseBranch', 'trunk', { baseBranch: 'trunk' }],
  ])('%s to %s', (name, value, change) => {
    expect(changeOf(name, value, project)).toEqual(change);
  });

  it('leaves the project that it read as it was', () => {
    changeOf('budget.task.usd', '9', project);
    expect(project.policy.budget.task.usd).toBe(2);
  });

  it.each([['revsionCap', '5'], ['revisionCap', 'many'], ['revisionCap', '99'], ['concurrency.nobody', '5'], ['revisionCap.x', '5'], ['budget.tusk.usd', '5'], ['__proto__.x', '5'], ['budget.__proto__.x', '5']])('refuses %s to %s', (name, value) => {
    expect(exitOf(() => changeOf(name, value, project))).toBe('usage');
  });

  it('shows every knob under the name that sets it', () => {
    const shown = flatten(project.policy);
    expect(shown).toContainEqual(['budget.task.usd', '2']);
    expect(shown).toContainEqual(['budget.plan', 'none']);
    expect(new Set(shown.map(([name]) => name.split('.')[0]))).toEqual(new Set(Object.keys(Policy.shape)));
  });
});

const session = (link: Partial<SessionLine['link']> & Pick<SessionLine['link'], 'state'>, runs: SessionLine['runs'] = []): SessionLine => ({
  studio: 'http://studio.test',
  project: { id: 'p', key: 'SHOP', name: 'Shop' },
  name: 'desk',
  role: 'lead',
  capacity: 2,
  agents: ['claude'],
  link: { since: '2026-01-01T00:00:00.000Z', ...link },
  runs,
});

describe('what connect reports', () => {
  it('one shape for each state', () => {
    const about = { project: 'SHOP', at: '2026-01-01T00:00:00.000Z' };
    expect(connectionEvent(session({ state: 'connecting' }))).toEqual({ event: 'connecting', studio: 'http://studio.test', name: 'desk', ...about });
    expect(connectionEvent(session({ state: 'online', session: 's1' }))).toEqual({ event: 'connected', studio: 'http://studio.test', name: 'desk', session: 's1', ...about });
    expect(connectionEvent(session({ state: 'offline', sentence: 'No.', retryAt: 'then' }))).toEqual({ event: 'offline', why: 'No.', retryAt: 'then', ...about });
    expect(connectionEvent(session({ state: 'signed_out', sentence: 'No.' }))).toEqual({ event: 'signed_out', why: 'No.', ...about });
    expect(connectionEvent(session({ state: 'refused' }))).toEqual({ event: 'refused', why: '', ...about });
    expect(connectionEvent(session({ state: 'stopped' }))).toEqual({ event: 'disconnected', ...about });
  });

  it('only changes', () => {
    const online = connectionEvent(session({ state: 'online', session: 's1' }));
    const offline = (retryAt: string, sentence = 'No.') => connectionEvent(session({ state: 'offline', sentence, retryAt }));
    expect(changed(undefined, online)).toBe(true);
    expect(changed(online, online)).toBe(false);
    expect(changed(online, connectionEvent(session({ state: 'online', session: 's2' })))).toBe(true);
    expect(changed(online, offline('1'))).toBe(true);
    expect(changed(offline('1'), offline('2'))).toBe(false);
    expect(changed(offline('1'), offline('2', 'Another reason.'))).toBe(true);
  });
});

describe('status', () => {
  const now = Date.parse('2026-01-01T00:10:00.000Z');
  const view = (line: SessionLine) => ({ pid: 7, version: '1.2.3', startedAt: '2026-01-01T00:00:00.000Z', home: '/h', sessions: [line] });

  it('says what runs, what it waits for and how long it is quiet', () => {
    const runs: SessionLine['runs'] = [
      { run: '01a1fb85-1ef5-7000-9cfa-5e081b94d97d', purpose: 'implement', taskKey: 'SHOP-1', agent: 'claude', state: 'running', phase: 'turn', fenced: false, idleSeconds: 72, startedAt: '2026-01-01T00:05:48.000Z', unsentEvents: 3 },
      { run: '01a1fb85-1ef5-7000-9cfa-5e081b94aaaa', purpose: 'bootstrap_epic', state: 'waiting', waitReason: 'quota', fenced: true, unsentEvents: 0 },
    ];
    expect(statusText(view(session({ state: 'online', session: 's' }, runs)), fakeTerminal().terminal, now)).toBe(
      [
        'Daemon 1.2.3, process 7, for 10 min.',
        '',
        'SHOP  Shop  connected to http://studio.test',
        '  as desk (lead), 1 of 2 at work, claude',
        '  task            run       purpose         state                      phase  agent   time',
        '  SHOP-1          1b94d97d  implement       running                    turn   claude  4 min 12 s, quiet 1 min 12 s, 3 events not sent yet',
        '  bootstrap epic  1b94aaaa  bootstrap epic  waiting: quota (no lease)',
      ].join('\n'),
    );
  });

  it('says why it is not connected, and when it tries again', () => {
    const text = statusText(view(session({ state: 'offline', sentence: 'The studio cannot be reached.', retryAt: '2026-01-01T00:10:20.000Z' })), fakeTerminal().terminal, now);
    expect(text).toContain('not connected: The studio cannot be reached. Next try in 20 s.');
    expect(statusText(undefined, fakeTerminal().terminal, now)).toContain('maestro connect');
  });
});

describe('the doctor', () => {
  it.each([['20.19.0', 'good'], ['20.18.9', 'bad'], ['18.20.0', 'bad'], ['22.0.0', 'good']])('on Node %s is %s', (version, state) => {
    expect(nodeCheck(version).state).toBe(state);
  });

  it.each([['git version 2.45.1', 'good'], ['git version 2.39.3', 'bad'], [undefined, 'bad']])('on %s is %s', (text, state) => {
    expect(gitCheck(text)).toMatchObject({ name: 'git', state });
  });

  it('minds clocks that are more than a minute apart', () => {
    const server = Date.parse('2026-01-01T00:00:00Z');
    expect(clockCheck(server, server + 30_000).state).toBe('good');
    expect(clockCheck(server, server + 252_500)).toMatchObject({ state: 'bad', sentence: "This machine's clock is 4 min 12 s ahead of the studio's." });
    expect(clockCheck(server, server - 120_000).sentence).toContain('behind');
    expect(clockCheck(undefined, server).state).toBe('note');
  });

  it('says which agents are here, and what is wrong with them', () => {
    const found = agentFindings([
      { name: 'claude', installed: true, version: '2.0.1', path: '/bin/claude' },
      { name: 'codex', installed: true, path: '/bin/codex', problem: 'It does not start.' },
      { name: 'gemini', installed: false },
      { name: 'manual', installed: true },
    ]);
    expect(found.map(({ state, sentence }) => [state, sentence])).toEqual([['good', 'claude 2.0.1 at /bin/claude.'], ['bad', 'codex: It does not start.']]);
    expect(agentFindings([{ name: 'claude', installed: false }, { name: 'manual', installed: true }])).toMatchObject([{ state: 'note', remedy: 'install one of claude' }]);
  });
});

describe('what is next', () => {
  const project = { studio: 's', id: 'p', key: 'SHOP', name: 'Shop', remote: 'r' };
  const view = (line: SessionLine) => ({ pid: 1, version: '1', startedAt: '', home: '', sessions: [line] });
  it.each([
    ['in no clone', { inClone: false, project: undefined, view: undefined, needs: [] }, 'cd into a clone of your repository, then maestro connect'],
    ['in a clone of nothing known', { inClone: true, project: undefined, view: undefined, needs: [] }, 'maestro connect, which also makes the project'],
    ['not connected', { inClone: true, project, view: undefined, needs: [] }, 'maestro connect'],
    ['connected', { inClone: true, project, view: view(session({ state: 'online' })), needs: [] }, 'maestro plan show, or maestro status'],
    ['signed out', { inClone: true, project, view: view(session({ state: 'signed_out' })), needs: [] }, 'maestro auth <invite>, because the sign-in has ended'],
    ['needed', { inClone: true, project, view: undefined, needs: [{ task: 'SHOP-1', sentence: 's', command: 'maestro task accept SHOP-1' }] }, 'maestro task accept SHOP-1'],
  ])('%s', (_, where, command) => {
    expect(nextCommand(where)).toBe(command);
  });
});

describe('shell completion', () => {
  const places = [
    { path: [], words: [{ word: 'plan', summary: "A plan's" }], options: [{ flag: '--help', summary: 'Help', takesValue: false, values: [] }] },
    { path: ['plan'], words: [{ word: 'export', summary: 'Print: it' }], options: [] },
    { path: ['plan', 'export'], words: [], options: [{ flag: '--format', summary: 'Of it', takesValue: true, values: ['yaml', 'md'] }] },
  ];

  it('quotes whatever a summary holds', () => {
    expect(completionScript('fish', places)).toContain(`-a 'plan' -d 'A plan'\\''s'`);
    expect(completionScript('zsh', places)).toContain(`'export:Print: it'`);
    expect(completionScript('fish', places)).toContain(`-l format -x -a 'yaml md'`);
    expect(completionScript('bash', places)).toContain(`'plan export --format') COMPREPLY=($(compgen -W 'yaml md'`);
  });
});
