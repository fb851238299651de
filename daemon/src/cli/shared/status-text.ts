import type { DaemonView, SessionLine } from '../../features/control/index.js';
import { table } from '../format/table.js';
import { count, duration, relative, shortId, spoken } from '../format/words.js';
import type { Terminal } from '../terminal.js';

type RunLine = SessionLine['runs'][number];

/** The daemon of this machine, for people. */
export function statusText(view: DaemonView | undefined, terminal: Terminal, now: number): string {
  if (view === undefined) return 'No daemon runs on this machine. Start one with: maestro connect';
  const { style } = terminal;
  const head = `${style.dim(`Daemon ${view.version}, process ${view.pid}, for ${duration(now - Date.parse(view.startedAt))}.`)}`;
  if (view.sessions.length === 0) return `${head}\nIt is connected to nothing.`;
  return [head, ...view.sessions.map((session) => sessionText(session, terminal, now))].join('\n\n');
}

function sessionText(session: SessionLine, terminal: Terminal, now: number): string {
  const { style, columns } = terminal;
  const busy = session.runs.filter((run) => run.state === 'claimed' || run.state === 'running').length;
  const lines = [
    `${style.bold(session.project.key)}  ${session.project.name}  ${linkText(session, terminal, now)}`,
    `  as ${session.name} (${session.role}), ${busy} of ${session.capacity} at work, ${session.agents.length === 0 ? 'no agent' : session.agents.join(', ')}`,
  ];
  if (session.team !== undefined) lines.push(teamText(session.team, terminal));
  if (session.runs.length === 0) return lines.join('\n');
  const rows = session.runs.map((run) => [run.taskKey ?? spoken(run.purpose), shortId(run.run), spoken(run.purpose), stateText(run, terminal), run.phase ?? '', run.agent ?? '', timesText(run, now)]);
  return [...lines, table(rows, { head: ['task', 'run', 'purpose', 'state', 'phase', 'agent', 'time'], paint: style.dim, columns, indent: '  ' })].join('\n');
}

/** Only what the lead sees of its workers: whether their processes live. */
function teamText({ channel, workers }: NonNullable<SessionLine['team']>, { style, columns }: Terminal): string {
  const rows = workers.map(({ name, job, pid, alive }) => [name, job, pid === null ? '' : String(pid), alive ? style.good('alive') : style.dim('gone')]);
  return `  team ${channel}\n${table(rows, { head: ['worker', 'job', 'process', 'state'], paint: style.dim, columns, indent: '  ' })}`;
}

function linkText({ link, studio }: SessionLine, { style }: Terminal, now: number): string {
  switch (link.state) {
    case 'online':
      return style.good(`connected to ${studio}`);
    case 'connecting':
      return style.warn(`connecting to ${studio}`);
    case 'offline':
    case 'signed_out':
    case 'refused': {
      const again = link.retryAt === undefined ? '' : ` Next try ${relative(link.retryAt, now)}.`;
      return style.bad(`not connected: ${link.sentence ?? spoken(link.state)}${again}`);
    }
    case 'stopped':
      return style.dim('left');
  }
}

function stateText(run: RunLine, { style }: Terminal): string {
  const word = run.waitReason === undefined ? run.state : `${run.state}: ${spoken(run.waitReason)}`;
  return run.fenced && run.state !== 'ended' ? `${word} ${style.warn('(no lease)')}` : word;
}

function timesText(run: RunLine, now: number): string {
  const parts = [
    run.startedAt === undefined ? '' : duration(now - Date.parse(run.startedAt)),
    run.idleSeconds === undefined || run.idleSeconds < 1 ? '' : `quiet ${duration(run.idleSeconds * 1_000)}`,
    run.unsentEvents === 0 ? '' : `${count(run.unsentEvents, 'event')} not sent yet`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
