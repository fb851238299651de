import { describe, expect, it } from 'vitest';
import { cliPage } from './cli-page.js';
import type { CliCommand } from './cli-page.js';
import { configurationPage } from './configuration-page.js';
import { httpPage } from './http-page.js';
import { jsonRpcPage } from './json-rpc-page.js';

describe('the page of HTTP', () => {
  const page = httpPage({
    paths: {
      '/api/v1/tasks/{id}/approve': {
        post: {
          summary: 'Approve a task',
          tags: ['Tasks'],
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ApproveTask' } } } },
          responses: { 200: { description: 'The task', content: { 'application/json': { schema: { type: 'object', properties: { key: { type: 'string' } } } } } }, 409: { description: 'head_moved' } },
        },
      },
      '/api/v1/plans': { get: {}, head: {} },
    },
    components: { schemas: { ApproveTask: { type: 'object', properties: { head: { type: 'string' } }, required: ['head'] } } },
  });

  it('sorts by subject, which is the tag or the first word of the path', () => {
    expect([...page.matchAll(/^## .*/gm)].map(String)).toEqual(['## Tasks', '## plans', '## Shapes']);
  });

  it('shows parameters, bodies, answers, and links shapes', () => {
    expect(page).toContain('### `POST /api/v1/tasks/{id}/approve`\n\nApprove a task');
    expect(page).toContain('| `id` | path | string (uuid) |  |');
    expect(page).toContain('Body: [ApproveTask](#approvetask).');
    expect(page).toContain('Answers 200: The task:\n\n| field | type |  |');
    expect(page).toContain('Answers 409: head_moved.');
    expect(page).toContain('### ApproveTask\n\n| field | type |  |\n|---|---|---|\n| `head` | string |  |');
  });
});

describe('the page of JSON-RPC', () => {
  it('puts each method under its direction, with what it asks, answers and refuses', () => {
    const page = jsonRpcPage({
      info: { version: '1.0' },
      methods: [
        {
          name: 'run/claim',
          description: 'Takes an offered run.',
          params: [{ name: 'run', required: true, schema: { type: 'string' } }],
          result: { schema: { type: 'object', properties: { epoch: { type: 'integer', minimum: 1 } }, required: ['epoch'] } },
          errors: [{ code: -32004, message: 'Not found', data: { code: 'not_found' } }],
          'x-maestro': { direction: 'daemon-to-studio', kind: 'request', mutating: true, action: 'session.connect' },
        },
        { name: 'run/available', description: 'A hint.', params: [], 'x-maestro': { direction: 'studio-to-daemon', kind: 'notification', mutating: false, action: 'session' } },
      ],
    });
    expect(page.indexOf('## Daemon to studio')).toBeLessThan(page.indexOf('### `run/claim`'));
    expect(page.indexOf('## Studio to daemon')).toBeLessThan(page.indexOf('### `run/available`'));
    expect(page).toContain('Request, changes state; permission `session.connect`.');
    expect(page).toContain('| `epoch` | integer, at least 1 |  |');
    expect(page).toContain('Refusals: `not_found`.');
    expect(page).toContain('A hint.\n\nNotification; permission `session`.\n\nNo parameters.');
  });
});

describe('the page of the command line', () => {
  it('shows every command as its user sees it, in the order of the program', () => {
    const page = cliPage(command('maestro', command('task', command('accept')), command('help')), [{ code: 0, meaning: 'done' }]);
    expect([...page.matchAll(/^## .*/gm)].map(String)).toEqual(['## `maestro`', '## `maestro task`', '## `maestro task accept`', '## Exit codes']);
    expect(page).toContain('```text\nhelp of accept, 110 wide\n```');
    expect(page).toContain('| `0` | done |');
  });
});

describe('the page of settings', () => {
  it('lists each program with its variables', () => {
    const settings = [{ env: 'MAESTRO_PORT', unit: 'TCP port', default: '4680', doc: 'Port to listen on.' }];
    expect(configurationPage([{ title: 'Studio', introduction: 'Read at start.', settings }])).toContain(
      '## Studio\n\nRead at start.\n\n| variable | unit | default | meaning |\n|---|---|---|---|\n| `MAESTRO_PORT` | TCP port | `4680` | Port to listen on. |',
    );
  });
});

/** Speaks commander's interface, as far as the page uses it. */
function command(name: string, ...commands: CliCommand[]): CliCommand {
  let output: { writeOut(text: string): void; getOutHelpWidth(): number } | undefined;
  return {
    commands,
    name: () => name,
    configureOutput: (configuration) => (output = configuration),
    outputHelp: () => output?.writeOut(`help of ${name}, ${output.getOutHelpWidth()} wide\n`),
  };
}
