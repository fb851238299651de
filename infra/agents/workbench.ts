import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../daemon/src/platform/clock.js';
import { runProcess } from '../../daemon/src/platform/process.js';
import type { ToolCall, ToolName, ToolsSocket } from '../../daemon/src/features/agent-tools/index.js';
import { startToolsSocket } from '../../daemon/src/features/agent-tools/index.js';
import type { AgentAdapter, AgentEnd, AgentEvent, AgentSessionHandle, AgentTurn } from '../../daemon/src/features/agents/index.js';
import { createAgents } from '../../daemon/src/features/agents/index.js';
import type { Bundle } from '../../daemon/src/test-support/bundle.js';
import { bundle } from '../../daemon/src/test-support/bundle.js';
import type { ModelScript, ScriptedModel } from '../test-support/scripted-model.js';
import { startScriptedModel } from '../test-support/scripted-model.js';

/** Everything that one test of a real agent needs: a scripted model, a lane, a home of its own, and the tools' socket. */
export interface Workbench {
  readonly model: ScriptedModel;
  /** The agent's working directory: a git repository with one commit. */
  readonly lane: string;
  readonly tools: ToolsSocket;
  /** Tool calls that reached the daemon's side. */
  readonly calls: { readonly runId: string; readonly call: ToolCall }[];
  readonly adapter: AgentAdapter;
  /** Starts a conversation; every test's processes carry a marker of their own. */
  start(turn: { prompt: string; purpose?: string; toolNames?: readonly ToolName[]; runId?: string; resume?: AgentTurn['resume'] }): AgentSessionHandle;
  close(): Promise<void>;
}

const cache = fileURLToPath(new URL('../../.agents-cache', import.meta.url));
const require = createRequire(import.meta.url);
let mcpMain: Promise<Bundle> | undefined;
let serial = 0;

/** The program of an installed agent, or an error that says how to install it. */
function programOf(name: 'claude' | 'codex'): string {
  const program = join(cache, 'node_modules', '.bin', name);
  if (!existsSync(program)) throw new Error(`${name} is not installed in ${cache}: run \`npm run test:agents\`, which installs it.`);
  return program;
}

/** The version of an agent that the suite installed. */
export function installedVersion(packageName: string): string {
  return (require(join(cache, 'node_modules', packageName, 'package.json')) as { version: string }).version;
}

export async function makeWorkbench(name: 'claude' | 'codex', script: ModelScript): Promise<Workbench> {
  // Not below /tmp: Codex refuses to put its sandbox helper there, and then runs no command at all.
  await mkdir(join(cache, 'homes'), { recursive: true });
  const home = await realpath(await mkdtemp(join(cache, 'homes', `${name}-`)));
  const lane = join(home, 'lane');
  await makeRepository(lane);
  const model = await startScriptedModel(script);
  const calls: Workbench['calls'] = [];
  const clock = systemClock();
  const tools = await startToolsSocket({
    socketPath: join(home, 's', 'tools'),
    clock,
    onProblem: () => undefined,
    host: {
      handle(runId, call) {
        calls.push({ runId, call });
        return Promise.resolve({ ok: true, text: `Maestro noted your ${call.tool}.` });
      },
    },
  });
  const host = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', ...(await providerSettings(name, home, model.url)), STUDIO_TOKEN: 'never-for-agents' };
  const adapter = createAgents({ host, clock, programs: { [name]: programOf(name) }, passEnv: { codex: ['SCRIPTED_KEY'] } }).find(name);
  if (adapter === undefined) throw new Error(`no adapter ${name}`);
  mcpMain ??= bundle('features/agent-tools/test-support/mcp-main.ts');
  const server = await mcpMain;
  const handles: AgentSessionHandle[] = [];
  return {
    model,
    lane,
    tools,
    calls,
    adapter,
    start({ prompt, purpose = 'implement', toolNames = [], runId = 'run-1', resume }) {
      serial += 1;
      const handle = adapter.start({
        runId,
        cwd: lane,
        prompt,
        work: { purpose, taskKey: 'SHOP-1', attempt: 1, revision: 0, repair: 0 },
        marker: `agents-suite-${process.pid}-${serial}`,
        tools: { command: process.execPath, args: [server.file], socketPath: tools.socketPath, token: tools.grant(runId, toolNames), names: toolNames },
        ...(resume && { resume }),
      });
      handles.push(handle);
      return handle;
    },
    async close() {
      await Promise.all(handles.map((handle) => handle.cancel()));
      await tools.close();
      await model.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ends the conversation and gives all that it said. */
export async function finish(handle: AgentSessionHandle): Promise<{ end: AgentEnd; events: AgentEvent[] }> {
  const end = await handle.ended;
  await handle.close();
  const events: AgentEvent[] = [];
  for await (const event of handle.events) events.push(event);
  return { end, events };
}

async function git(lane: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: lane, GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@example.com', GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@example.com' };
  const result = await runProcess({ command: 'git', args, cwd: lane, env });
  if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr.toString()}`);
  return result.stdout.toString();
}

async function makeRepository(lane: string): Promise<void> {
  await mkdir(lane, { recursive: true });
  await git(lane, 'init', '--quiet');
  await writeFile(join(lane, 'README.md'), '# A shop\n');
  await git(lane, 'add', '.');
  await git(lane, 'commit', '--quiet', '-m', 'First');
}

/** Points an agent at the scripted model and keeps it from speaking to anybody else. */
async function providerSettings(name: 'claude' | 'codex', home: string, url: string): Promise<Record<string, string>> {
  if (name === 'claude') {
    return { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'scripted-key', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1' };
  }
  const codexHome = join(home, '.codex');
  // Codex runs no command when its home is in the folder for temporary files, where a checkout may well be: it gets another such folder.
  const temporary = join(home, 't');
  await Promise.all([mkdir(codexHome), mkdir(temporary)]);
  const provider = ['[model_providers.scripted]', 'name = "scripted"', `base_url = "${url}/v1"`, 'env_key = "SCRIPTED_KEY"', 'wire_api = "responses"'];
  await writeFile(join(codexHome, 'config.toml'), ['model = "scripted"', 'model_provider = "scripted"', ...provider, ''].join('\n'));
  return { CODEX_HOME: codexHome, TMPDIR: temporary, SCRIPTED_KEY: 'scripted-key' };
}
