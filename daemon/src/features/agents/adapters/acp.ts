import { Readable, Writable } from 'node:stream';
import type { ClientCapabilities, ClientConnection, McpServer, NewSessionRequest, RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk';
import { PROTOCOL_VERSION, RequestError, client, methods, ndJsonStream } from '@agentclientprotocol/sdk';
import { FailureClass } from '@maestro/protocol';
import type { Clock } from '../../../platform/clock.js';
import { RUN_MARKER_VARIABLE } from '../../../platform/process-tree.js';
import type { RunningProcess } from '../../../platform/process.js';
import { startProcess } from '../../../platform/process.js';
import type { AgentProcess, AgentTurn } from '../agent.js';
import type { Listener, Performer } from '../conversation.js';
import type { AcpReading } from '../domain/acp-updates.js';
import { ACP_START, finishMessage, promptUsage, readAcpUpdate } from '../domain/acp-updates.js';
import type { Moment } from '../domain/complaints.js';
import { complaintEnd } from '../domain/complaints.js';
import { TOOLS_SOCKET_VARIABLE, TOOLS_TOKEN_VARIABLE } from '../domain/environment.js';
import type { AgentEnd } from '../domain/events.js';
import { shorten } from '../domain/events.js';
import { asObject, objectAt, textAt } from '../domain/json.js';
import { readLines } from '../lines.js';
import { startFailureEnd } from '../start-failure.js';
import { crashEnd } from './program.js';

/** One agent of the Agent Client Protocol. Its process lives as long as the conversation. */
export interface AcpAgent {
  /** As people write it. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly signIn: string;
  /** Our own agent says in its errors which class of failure it means. Nobody else's word is taken for that. */
  readonly namesFailureClass: boolean;
}

/** Starting may mean loading a model list over a slow network; a minute without any answer is broken. */
const HANDSHAKE_MS = 60_000;
const COMPLAINT_CHARACTERS = 4_000;

interface Connected {
  readonly running: RunningProcess;
  readonly connection: ClientConnection;
  readonly sessionId: string;
}

export class AcpPerformer implements Performer {
  private running: RunningProcess | undefined;
  private connected: Connected | undefined;
  private stopped = false;
  private complaint = '';
  private state = ACP_START;

  constructor(
    private readonly agent: AcpAgent,
    private readonly turn: AgentTurn,
    private readonly clock: Clock,
    private readonly moment: () => Moment,
    private readonly listener: Listener,
  ) {}

  async perform(prompt: string): Promise<AgentEnd> {
    this.state = { ...this.state, open: undefined, lastMessage: '' };
    let running: RunningProcess;
    try {
      running = this.running ?? (await this.start());
    } catch (error) {
      return startFailureEnd(this.agent.title, error);
    }
    try {
      this.connected ??= await this.within(this.connect(running));
      const { connection, sessionId } = this.connected;
      const response = await connection.agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text: prompt }] });
      this.take(finishMessage(this.state));
      const usage = promptUsage(response);
      if (usage !== undefined) this.listener.emit(usage);
      return this.endOf(response.stopReason);
    } catch (error) {
      this.take(finishMessage(this.state));
      return await this.failure(error, running);
    }
  }

  async stop(graceMs: number): Promise<void> {
    this.stopped = true;
    // The end of its input is how an agent learns that nobody will prompt it again.
    this.running?.stdin.end();
    await this.running?.stop(graceMs);
    this.connected?.connection.close();
  }

  processes(): readonly AgentProcess[] {
    return this.running === undefined ? [] : [{ pid: this.running.pid, startTime: this.running.startTime }];
  }

  private async start(): Promise<RunningProcess> {
    const { command, args, env } = this.agent;
    const running = await startProcess({ command, args, env, cwd: this.turn.cwd, marker: this.turn.marker });
    this.running = running;
    this.turn.onProcess?.({ pid: running.pid, startTime: running.startTime });
    if (this.stopped) await running.stop(0);
    const onComplaint = (line: string) => {
      this.complaint = `${this.complaint}${line}\n`.slice(-COMPLAINT_CHARACTERS);
      if (line.trim() !== '') this.listener.emit({ kind: 'log', stream: 'stderr', text: shorten(line) });
    };
    void readLines(running.stderr, onComplaint, () => this.listener.heard());
    return running;
  }

  private async connect(running: RunningProcess): Promise<Connected> {
    const app = client({ name: 'maestro' })
      .onRequest(methods.client.session.requestPermission, ({ params }) => this.permit(params))
      .onNotification(methods.client.session.update, ({ params }) => {
        this.listener.heard();
        this.take(readAcpUpdate(params.update, this.state));
      });
    const stream = ndJsonStream(Writable.toWeb(running.stdin), Readable.toWeb(running.stdout) as ReadableStream<Uint8Array>);
    const connection = app.connect(stream);
    // Files and terminals of ours would only be a second way to what the agent does in the lane anyway.
    const clientCapabilities: ClientCapabilities = { fs: { readTextFile: false, writeTextFile: false }, terminal: false };
    const hello = await connection.agent.request(methods.agent.initialize, { protocolVersion: PROTOCOL_VERSION, clientCapabilities });
    const session: NewSessionRequest = { cwd: this.turn.cwd, mcpServers: this.mcpServers() };
    const resume = this.turn.resume?.id;
    if (resume === undefined) {
      const { sessionId } = await connection.agent.request(methods.agent.session.new, session);
      this.listener.emit({ kind: 'session', id: sessionId });
      return { running, connection, sessionId };
    }
    const method = hello.agentCapabilities?.sessionCapabilities?.resume == null ? methods.agent.session.load : methods.agent.session.resume;
    await connection.agent.request(method, { ...session, sessionId: resume });
    // Loading replays the earlier conversation; it was reported when it happened.
    this.state = { ...ACP_START };
    this.listener.emit({ kind: 'session', id: resume });
    return { running, connection, sessionId: resume };
  }

  private mcpServers(): McpServer[] {
    const { tools, marker } = this.turn;
    if (tools === undefined) return [];
    // Some agents start servers with an empty environment, so everything it needs is named, the marker included.
    const env = { [TOOLS_SOCKET_VARIABLE]: tools.socketPath, [TOOLS_TOKEN_VARIABLE]: tools.token, [RUN_MARKER_VARIABLE]: marker };
    return [{ name: 'maestro', command: tools.command, args: [...tools.args], env: Object.entries(env).map(([name, value]) => ({ name, value })) }];
  }

  /** Nobody is there to ask: the agent works in its own lane, and what it may reach beyond is the sandbox's business, not a dialogue's. */
  private permit(request: RequestPermissionRequest): RequestPermissionResponse {
    this.listener.heard();
    const option = request.options.find(({ kind }) => kind === 'allow_once') ?? request.options.find(({ kind }) => kind === 'allow_always');
    return { outcome: option === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: option.optionId } };
  }

  private take(reading: AcpReading): void {
    this.state = reading.state;
    for (const event of reading.events) this.listener.emit(event);
  }

  private async within<T>(work: Promise<T>): Promise<T> {
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.clock.after(HANDSHAKE_MS, () => reject(new Error(`no answer within ${HANDSHAKE_MS / 1_000} seconds`)));
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel();
    }
  }

  private endOf(reason: string): AgentEnd {
    const { title } = this.agent;
    switch (reason) {
      case 'end_turn':
        return { kind: 'completed', finalMessage: this.state.lastMessage };
      case 'max_tokens':
      case 'max_turn_requests':
        return { kind: 'failed', class: FailureClass.turns, sentence: `${title} reached its cap (${reason.replaceAll('_', ' ')}) before it was done. Its work so far is in the lane.` };
      case 'refusal':
        return { kind: 'failed', class: FailureClass.refused, sentence: `${title} declined the work: ${shorten(this.state.lastMessage, 500)}` };
      case 'cancelled':
        return { kind: 'failed', class: FailureClass.cancelled, sentence: `${title} reports that its turn was cancelled.` };
      default:
        return { kind: 'failed', class: FailureClass.protocol, sentence: `${title} ended its turn with the unknown reason "${reason}".` };
    }
  }

  private async failure(error: unknown, running: RunningProcess): Promise<AgentEnd> {
    const { title, namesFailureClass, signIn } = this.agent;
    if (!(error instanceof RequestError)) {
      // The connection broke: the program's own end says more than "closed" does.
      await running.stop(0);
      const exit = await running.exited;
      const killedByUs = exit.signal === 'SIGKILL' && error instanceof Error && error.message.startsWith('no answer');
      if (killedByUs) return { kind: 'failed', class: FailureClass.protocol, sentence: `${title} started but did not speak ACP: ${error.message}. Is its version recent enough?` };
      return crashEnd(title, exit.code, exit.signal, this.complaint.trim());
    }
    const named = textAt(objectAt(asObject(error.data), 'maestro'), 'class');
    const ownClass = Object.values(FailureClass).find((each) => each === named);
    const until = textAt(objectAt(asObject(error.data), 'maestro'), 'until');
    if (namesFailureClass && ownClass !== undefined) {
      if (ownClass === FailureClass.quota) this.listener.emit({ kind: 'quota', sentence: error.message, ...(until === undefined ? {} : { until }) });
      return { kind: 'failed', class: ownClass, sentence: error.message, ...(until === undefined ? {} : { until }) };
    }
    const detail = textAt(asObject(error.data), 'details') ?? textAt(asObject(error.data), 'message') ?? '';
    if (error.code === AUTH_REQUIRED) return { kind: 'failed', class: FailureClass.auth, sentence: `${title} is not signed in on this machine. ${signIn}` };
    const end = complaintEnd(title, `${error.message} ${detail}`, this.moment(), FailureClass.protocol);
    if (end.kind === 'failed' && end.class === FailureClass.quota) {
      this.listener.emit({ kind: 'quota', sentence: end.sentence, ...(end.until === undefined ? {} : { until: end.until }) });
    }
    return end;
  }
}

/** ACP's own error code. */
const AUTH_REQUIRED = -32_000;
