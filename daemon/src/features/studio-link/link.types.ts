import type { ChannelKind, METHODS, WaitReason } from '@maestro/protocol';
import type { z } from 'zod';

export type HelloParams = z.input<typeof METHODS.sessionHello.params>;
export type Welcome = z.output<typeof METHODS.sessionHello.result>;

/** What a link is doing, for `maestro status`. `since` is wall time. */
export type LinkState =
  | { readonly kind: 'connecting'; readonly since: number }
  | { readonly kind: 'online'; readonly since: number; readonly session: string }
  /** Waits to try again at `retryAt` (wall time). */
  | { readonly kind: 'offline'; readonly since: number; readonly retryAt: number; readonly sentence: string }
  /** Only a person can help; it goes on trying meanwhile. */
  | { readonly kind: 'signed_out' | 'refused'; readonly since: number; readonly retryAt: number; readonly sentence: string }
  | { readonly kind: 'stopped'; readonly since: number };

/** What was said in a team's channel, and by whom. */
export interface ChannelWords {
  readonly kind: ChannelKind;
  readonly author: string;
  readonly text: string;
}

/** What the connection needs from, and tells, the runs of its project. */
export interface LinkHandler {
  /** Asked anew for each connection: what the machine offers, and every run that it still holds. */
  hello(): Promise<HelloParams>;
  /** The studio knows this session; `sentAt` is when the hello was sent, on the steady clock. */
  welcomed(welcome: Welcome, sentAt: number): void;
  freeSlots(): number;
  /** These leases are gone: stop the runs. */
  invalid(runs: readonly string[]): void;
  disconnected(): void;
  /** This studio process is going away: claim nothing before the next welcome. */
  draining(): void;
  available(run: string): void;
  cancel(run: string, why: string): void;
  hold(run: string, reason: WaitReason): void;
  steer(run: string, text: string): void;
  /** Something was said in the channel of this session's team. */
  said(message: ChannelWords): void;
  /** The team is over. */
  reaped(team: string, why: string): void;
  assigned(task: { readonly key: string; readonly title: string }): void;
}

/** Nothing was sent, because there is no connection. */
export class Offline extends Error {
  override readonly name = 'Offline';
  constructor() {
    super('link_offline: there is no connection to the studio');
  }
}
