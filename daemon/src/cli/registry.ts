import type { Command } from './command.js';

/**
 * The tree of commands. Each command is one file, loaded when it is called or asked for its help: `maestro --help` reads only what stands
 * here, and no command waits for the libraries of another.
 */

export interface CommandEntry {
  readonly name: string;
  /** One line, as the list of commands shows it. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandEntry[];
}

export interface Section {
  readonly title: string;
  readonly entries: readonly (CommandEntry | CommandGroup)[];
}

export const SECTIONS: readonly Section[] = [
  {
    title: 'This machine:',
    entries: [
      { name: 'auth', summary: 'Sign this machine in at a studio with an invite', load: async () => (await import('./commands/auth.js')).auth },
      { name: 'connect', summary: 'Connect to the project of this folder, and take work', load: async () => (await import('./commands/connect.js')).connect },
      { name: 'team', summary: 'Connect as the lead of workers, each a process of its own', load: async () => (await import('./commands/team.js')).team },
      { name: 'disconnect', summary: 'Leave a project, or all of them', load: async () => (await import('./commands/disconnect.js')).disconnect },
      { name: 'status', summary: 'What is connected from here, and what runs', load: async () => (await import('./commands/status.js')).status },
      { name: 'doctor', summary: 'Check what work on this machine needs', load: async () => (await import('./commands/doctor.js')).doctor },
      {
        name: 'lane',
        summary: 'The working copies that tasks have on this machine',
        commands: [
          { name: 'list', summary: 'The lanes of this machine, and what is kept of them', load: async () => (await import('./commands/lane/list.js')).laneList },
          { name: 'show', summary: 'One lane, its snapshots and its place in the trash', load: async () => (await import('./commands/lane/show.js')).laneShow },
          { name: 'restore', summary: 'Write a snapshot of a lane into a folder', load: async () => (await import('./commands/lane/restore.js')).laneRestore },
          { name: 'clean', summary: 'Remove lanes that no run needs, after a snapshot', load: async () => (await import('./commands/lane/clean.js')).laneClean },
        ],
      },
      { name: 'disk', summary: 'What Maestro takes of this disk, and the giving back', load: async () => (await import('./commands/disk.js')).disk },
      { name: 'logs', summary: 'The daemon\'s log, or a run\'s as this machine wrote it', load: async () => (await import('./commands/logs.js')).logs },
    ],
  },
  {
    title: 'Work:',
    entries: [
      {
        name: 'project',
        summary: 'Make and look at projects, and set their policy',
        commands: [
          { name: 'create', summary: 'Make a project of a repository', load: async () => (await import('./commands/project/create.js')).projectCreate },
          { name: 'list', summary: 'The projects of the workspace', load: async () => (await import('./commands/project/list.js')).projectList },
          { name: 'show', summary: 'A project with its policy', load: async () => (await import('./commands/project/show.js')).projectShow },
          { name: 'set', summary: 'Change a project or its policy', load: async () => (await import('./commands/project/set.js')).projectSet },
          { name: 'pause', summary: 'Let nothing new begin in a project', load: async () => (await import('./commands/project/pause.js')).projectPause },
          { name: 'resume', summary: 'Go on with a paused project', load: async () => (await import('./commands/project/resume.js')).projectResume },
        ],
      },
      {
        name: 'workspace',
        summary: 'Hold back and go on in all projects at once',
        commands: [
          { name: 'pause', summary: 'Let nothing new begin in any project', load: async () => (await import('./commands/workspace/pause.js')).workspacePause },
          { name: 'resume', summary: 'Go on with a paused workspace', load: async () => (await import('./commands/workspace/resume.js')).workspaceResume },
        ],
      },
      {
        name: 'session',
        summary: 'The machines that work for a project',
        commands: [
          { name: 'list', summary: 'Who is connected for a project, and what is paused', load: async () => (await import('./commands/session/list.js')).sessionList },
          { name: 'pause', summary: 'Let nothing new begin on one machine', load: async () => (await import('./commands/session/pause.js')).sessionPause },
          { name: 'resume', summary: 'Go on with a paused machine', load: async () => (await import('./commands/session/resume.js')).sessionResume },
        ],
      },
      { name: 'analyze', summary: 'Find out what the repository holds, for people and agents', load: async () => (await import('./commands/analyze.js')).analyze },
      {
        name: 'plan',
        summary: 'Make, run and look at plans',
        commands: [
          { name: 'import', summary: 'Make a plan from a file', load: async () => (await import('./commands/plan/import.js')).planImport },
          { name: 'list', summary: 'The plans of a project', load: async () => (await import('./commands/plan/list.js')).planList },
          { name: 'show', summary: 'A plan with its tasks', load: async () => (await import('./commands/plan/show.js')).planShow },
          { name: 'preview', summary: 'What would happen if it were activated', load: async () => (await import('./commands/plan/preview.js')).planPreview },
          { name: 'activate', summary: 'Start working on a plan', load: async () => (await import('./commands/plan/activate.js')).planActivate },
          { name: 'pause', summary: 'Let nothing new begin', load: async () => (await import('./commands/plan/pause.js')).planPause },
          { name: 'resume', summary: 'Go on with a paused plan', load: async () => (await import('./commands/plan/resume.js')).planResume },
          { name: 'cancel', summary: 'Give a plan up', load: async () => (await import('./commands/plan/cancel.js')).planCancel },
          { name: 'release', summary: 'Merge a finished plan into the base branch', load: async () => (await import('./commands/plan/release.js')).planRelease },
          { name: 'cancel-release', summary: 'Take a release back', load: async () => (await import('./commands/plan/cancel-release.js')).planCancelRelease },
          { name: 'export', summary: 'Print a plan as a file', load: async () => (await import('./commands/plan/export.js')).planExport },
          { name: 'retry-bootstrap', summary: 'Try again to make the epic branch', load: async () => (await import('./commands/plan/retry-bootstrap.js')).planRetryBootstrap },
          { name: 'validate-again', summary: 'Say that a broken epic branch is mended', load: async () => (await import('./commands/plan/validate-again.js')).planValidateAgain },
          { name: 'archive', summary: 'Put away a plan that is over', load: async () => (await import('./commands/plan/archive.js')).planArchive },
        ],
      },
      {
        name: 'task',
        summary: 'Look at tasks and decide about them',
        commands: [
          { name: 'list', summary: 'The tasks of a project, yours first', load: async () => (await import('./commands/task/list.js')).taskList },
          { name: 'show', summary: 'A task with its reviews and comments', load: async () => (await import('./commands/task/show.js')).taskShow },
          { name: 'accept', summary: 'Take a task that is offered to you', load: async () => (await import('./commands/task/accept.js')).taskAccept },
          { name: 'decline', summary: 'Give back a task that is offered to you', load: async () => (await import('./commands/task/decline.js')).taskDecline },
          { name: 'assign', summary: 'Offer a task to a member', load: async () => (await import('./commands/task/assign.js')).taskAssign },
          { name: 'answer', summary: 'Answer what an agent has asked', load: async () => (await import('./commands/task/answer.js')).taskAnswer },
          { name: 'retry', summary: 'Try a task again', load: async () => (await import('./commands/task/retry.js')).taskRetry },
          { name: 'approve', summary: 'Approve the work of a task', load: async () => (await import('./commands/task/approve.js')).taskApprove },
          { name: 'unblock', summary: 'Do what a blocked task offers', load: async () => (await import('./commands/task/unblock.js')).taskUnblock },
          { name: 'start', summary: 'Start a queued task now', load: async () => (await import('./commands/task/start.js')).taskStart },
          { name: 'stop', summary: 'Stop the agent of a task', load: async () => (await import('./commands/task/stop.js')).taskStop },
          { name: 'cancel', summary: 'Give a task up', load: async () => (await import('./commands/task/cancel.js')).taskCancel },
          { name: 'comment', summary: 'Say something about a task', load: async () => (await import('./commands/task/comment.js')).taskComment },
        ],
      },
      {
        name: 'run',
        summary: 'Look at runs, stop and steer them',
        commands: [
          { name: 'list', summary: 'The runs of a project', load: async () => (await import('./commands/run/list.js')).runList },
          { name: 'show', summary: 'Where one run is, and how it ended', load: async () => (await import('./commands/run/show.js')).runShow },
          { name: 'logs', summary: 'The transcript of a run', load: async () => (await import('./commands/run/logs.js')).runLogs },
          { name: 'cancel', summary: 'Stop a run', load: async () => (await import('./commands/run/cancel.js')).runCancel },
          { name: 'steer', summary: 'Say something to the agent of a run', load: async () => (await import('./commands/run/steer.js')).runSteer },
        ],
      },
      { name: 'clear-steering', summary: 'Take back the directives of the team led from here', load: async () => (await import('./commands/clear-steering.js')).clearSteering },
      { name: 'steer', summary: 'Say something to the agent at work here, or to a team', load: async () => (await import('./commands/steer.js')).steer },
      { name: 'why', summary: 'Why a task runs where it runs, or what it waits for', load: async () => (await import('./commands/why.js')).why },
      { name: 'done', summary: 'Say that your own work on a task is done', load: async () => (await import('./commands/done.js')).done },
    ],
  },
  {
    title: 'Others:',
    entries: [
      { name: 'mcp', summary: 'The tools of a run, for its agent', load: async () => (await import('./commands/mcp.js')).mcp },
      { name: 'completion', summary: 'Completion for your shell', load: async () => (await import('./commands/completion.js')).completion },
      { name: 'version', summary: 'The version, and what it stands on', load: async () => (await import('./commands/version.js')).version },
      { name: 'help', summary: 'Help of a command', load: async () => (await import('./commands/help.js')).help },
    ],
  },
];

export const ENTRIES: readonly (CommandEntry | CommandGroup)[] = SECTIONS.flatMap((section) => section.entries);

export function isGroup(entry: CommandEntry | CommandGroup): entry is CommandGroup {
  return 'commands' in entry;
}

/** Every command with the words that call it. */
export function allCommands(): readonly { readonly path: readonly string[]; readonly entry: CommandEntry }[] {
  return ENTRIES.flatMap((entry) => (isGroup(entry) ? entry.commands.map((child) => ({ path: [entry.name, child.name], entry: child })) : [{ path: [entry.name], entry }]));
}

export type Lookup =
  /** Nothing was named: `maestro` alone, or only options. */
  | { readonly kind: 'root' }
  | { readonly kind: 'group'; readonly group: CommandGroup; readonly rest: readonly string[] }
  | { readonly kind: 'command'; readonly path: readonly string[]; readonly entry: CommandEntry; readonly rest: readonly string[] }
  /** `known` are the words that could have stood there. */
  | { readonly kind: 'unknown'; readonly word: string; readonly below: readonly string[]; readonly known: readonly string[] };

/** Which command a command line calls; `rest` is what is left for its own parser. */
export function lookUp(argv: readonly string[]): Lookup {
  const [word, ...rest] = argv;
  if (word === undefined || word.startsWith('-')) return { kind: 'root' };
  const entry = ENTRIES.find((each) => each.name === word);
  if (entry === undefined) return { kind: 'unknown', word, below: [], known: ENTRIES.map((each) => each.name) };
  if (!isGroup(entry)) return { kind: 'command', path: [word], entry, rest };
  const [second, ...others] = rest;
  if (second === undefined || second.startsWith('-')) return { kind: 'group', group: entry, rest };
  const child = entry.commands.find((each) => each.name === second);
  if (child === undefined) return { kind: 'unknown', word: second, below: [word], known: entry.commands.map((each) => each.name) };
  return { kind: 'command', path: [word, second], entry: child, rest: others };
}
