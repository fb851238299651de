import type { AgentProcess } from '../agent.js';
import type { Listener, Performer } from '../conversation.js';
import type { AgentEnd } from '../domain/events.js';

/** A person works in the lane and says when it is done. There is no process, and no time runs out. */
export class ManualPerformer implements Performer {
  private finish: ((end: AgentEnd) => void) | undefined;
  private stopped = false;

  constructor(
    private readonly cwd: string,
    private readonly listener: Listener,
  ) {}

  perform(prompt: string): Promise<AgentEnd> {
    // The prompt is for the person, so it goes where they look: into the transcript.
    this.listener.emit({ kind: 'log', stream: 'stdout', text: prompt });
    this.listener.emit({ kind: 'log', stream: 'stdout', text: `Work in ${this.cwd} and say \`maestro done\` when it is finished.` });
    return new Promise((resolve) => {
      this.finish = resolve;
      if (this.stopped) this.complete('');
    });
  }

  complete(finalMessage: string): void {
    if (!this.stopped && finalMessage.trim() !== '') this.listener.emit({ kind: 'message', text: finalMessage });
    this.finish?.({ kind: 'completed', finalMessage });
    this.finish = undefined;
  }

  steer(text: string): Promise<boolean> {
    this.listener.emit({ kind: 'log', stream: 'stdout', text });
    return Promise.resolve(true);
  }

  stop(): Promise<void> {
    this.stopped = true;
    this.complete('');
    return Promise.resolve();
  }

  processes(): readonly AgentProcess[] {
    return [];
  }
}
