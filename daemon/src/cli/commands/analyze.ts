import type { AnalysisView } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import type { World } from '../command.js';
import { defineCommand, flag } from '../command.js';
import { CommandFailure, failure } from '../failure.js';
import { analysisText, progressText } from '../shared/analysis-text.js';
import { projectOf } from '../shared/find-project.js';
import { pause } from '../shared/follow.js';
import type { Studio } from '../shared/machine.js';
import { Machine } from '../shared/machine.js';
import { projectOption } from '../shared/options.js';

const LOOK_MS = 500;
const PAGE = 200;
/** A studio that is restarted or busy comes back within this; the analysis does not depend on us. */
const PATIENCE_MS = 120_000;

export const analyze = defineCommand({
  details:
    "Finds out what the repository holds, on the base branch as its remote has it: languages, frameworks, packages, commands, entry points, who imports whom, what it declares and what changes most. It runs on this machine when it is connected, else on any that is, and needs the right to analyse, which architects have. Nothing of the repository is run, and no file leaves the machine: names, signatures and comments do. What did not change since the last analysis is not handed in again. Where the machine has an agent, it adds what it read to the notes. Ctrl-C ends the waiting, not the analysis.",
  options: { noWait: flag('--no-wait', 'Ask for it and return at once'), project: projectOption },
  examples: ['maestro analyze', 'maestro analyze --project SHOP --no-wait', "maestro analyze --json | jq '.report.languages'"],
  reports: true,
  ownsInterrupt: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const project = await projectOf(machine, studio, input.project);
    const session = await sessionHere(machine, project.id);
    const path = { project: project.id };
    const asked = await studio.call(ENDPOINTS.startAnalysis, { path, body: session === undefined ? {} : { session } });
    if (input.noWait) return { json: asked, text: `Asked for an analysis of ${project.key}. Look at it with: maestro analyze --project ${project.key}` };
    const progress = new Progress(world, studio, project.id);
    for (;;) {
      const view = await progress.look();
      if (view?.status === 'failed') throw failure('failed', `The analysis of ${project.key} failed: ${view.sentence}`, 'maestro analyze again, or `maestro run list` for its runs');
      if (view?.status === 'done') return { json: view, text: analysisText(project.key, view, world.terminal) };
      if (!(await pause(world, LOOK_MS))) return { json: undefined, text: '', exit: 'interrupted' };
    }
  },
});

/** This machine's session for the project, when its daemon is connected to it at this moment. */
async function sessionHere(machine: Machine, project: string): Promise<string | undefined> {
  const daemon = await machine.findDaemon();
  if (daemon === undefined) return undefined;
  try {
    const { sessions } = await daemon.call('status', {});
    return sessions.find((session) => session.project.id === project && session.link.state === 'online')?.link.session;
  } finally {
    daemon.close();
  }
}

/** Says on the way how far it is: each thing once. */
class Progress {
  private said = '';
  private run: string | undefined;
  private after = 0;
  private answeredAt: number;

  constructor(
    private readonly world: World,
    private readonly studio: Studio,
    private readonly project: string,
  ) {
    this.answeredAt = world.clock.steady();
  }

  /** The analysis as it is now; undefined while the studio does not answer, which ends the command only when it lasts. */
  async look(): Promise<AnalysisView | undefined> {
    try {
      const view = await this.studio.call(ENDPOINTS.analysis, { path: { project: this.project } });
      await this.show(view);
      this.answeredAt = this.world.clock.steady();
      return view;
    } catch (error) {
      const isAway = error instanceof CommandFailure && error.exit === 'unreachable' && this.world.clock.steady() - this.answeredAt < PATIENCE_MS;
      if (!isAway) throw error;
      this.say('The studio does not answer now. The analysis goes on.');
      return undefined;
    }
  }

  private async show({ status, sentence, run }: AnalysisView): Promise<void> {
    if (status === 'waiting') this.say(sentence);
    if (run === null) return;
    if (run !== this.run) {
      this.run = run;
      this.after = 0;
    }
    const { data } = await this.studio.call(ENDPOINTS.runEvents, { path: { run }, query: { after: this.after, limit: PAGE } });
    for (const event of data) {
      this.after = event.seq;
      const text = progressText(event);
      if (text !== undefined) this.say(text);
    }
  }

  private say(text: string): void {
    if (text !== this.said) this.world.terminal.err(text);
    this.said = text;
  }
}
