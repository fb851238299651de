import type { PlanTree, PlanView, ProjectView, RunView, TaskDetail, TaskView } from '@maestro/protocol';
import { expect } from 'vitest';
import { FakeDaemon, judged, oid, produced } from './fake-daemon.js';
import type { Work } from './fake-daemon.js';
import type { TestMachine, TestOwner, TestStudio } from './test-studio.js';
import { waitFor } from './wait-for.js';

const ONE_TASK = `
title: Checkout
phases:
  - title: Build
    tasks:
      - key: cart
        title: Cart
`;

export interface SettingOptions {
  readonly proposal?: string;
  readonly policy?: Readonly<Record<string, unknown>>;
  /** Made already, with what the proposal needs. */
  readonly owner?: TestOwner;
}

/** A workspace with a project and an active plan, and machines that connect to it. */
export class Setting {
  private readonly daemons: FakeDaemon[] = [];

  private constructor(
    readonly studio: TestStudio,
    readonly owner: TestOwner,
    readonly project: ProjectView,
    readonly plan: PlanTree,
  ) {}

  /** A draft plan; `active` makes it work. */
  static async draft(studio: TestStudio, { proposal = ONE_TASK, policy = {}, owner: known }: SettingOptions = {}): Promise<Setting> {
    const owner = known ?? (await studio.owner());
    const project = await owner.client.post<ProjectView>(`workspaces/${owner.workspace.id}/projects`, { name: 'Shop', remote: 'https://github.com/acme/shop', policy });
    expect(project.status, JSON.stringify(project.body)).toBe(201);
    const plan = await owner.client.post<PlanTree>(`projects/${project.body.id}/plans/import`, { text: proposal });
    expect(plan.status, JSON.stringify(plan.body)).toBe(201);
    // The studio's watch begins, as it does in production with its first beat.
    await studio.tick('sessions.studio-beat');
    return new Setting(studio, owner, project.body, plan.body);
  }

  /** An active plan whose epic is there. */
  static async active(studio: TestStudio, options: SettingOptions = {}): Promise<Setting> {
    const setting = await Setting.draft(studio, options);
    await setting.activate();
    await studio.query('update plans set epic_ready_at = now(), epic_tip = $2 where id = $1', [setting.plan.id, oid()]);
    return setting;
  }

  async activate(): Promise<void> {
    const activated = await this.owner.client.post(`plans/${this.plan.id}/activate`);
    expect(activated.status, JSON.stringify(activated.body)).toBe(200);
  }

  async daemon(offer: Readonly<Record<string, unknown>> = {}, machine?: TestMachine): Promise<FakeDaemon> {
    const daemon = await this.unconnected(offer, machine);
    await daemon.connect();
    return daemon;
  }

  async unconnected(offer: Readonly<Record<string, unknown>> = {}, machine?: TestMachine): Promise<FakeDaemon> {
    const invited = machine ?? (await this.studio.machine(this.owner, 'architect'));
    const daemon = new FakeDaemon(this.studio.url, invited.redeemed.tokens.accessToken, this.project.id, offer);
    this.daemons.push(daemon);
    return daemon;
  }

  /** Ends what the test has opened. */
  close(): void {
    for (const daemon of this.daemons) daemon.cut();
  }

  dispatch(): Promise<void> {
    return this.studio.tick('dispatch');
  }

  /** Leases run out, offers go unclaimed. */
  async sweep(): Promise<void> {
    await this.studio.tick('sessions.studio-beat');
    await this.studio.tick('runs.lease-sweep');
  }

  async loseLease(run: string): Promise<void> {
    await this.studio.query(`update runs set lease_until = now() - interval '1 second' where id = $1`, [run]);
    await this.sweep();
  }

  /** The grace of lost runs is over. */
  async endGrace(): Promise<void> {
    await this.studio.query(`update runs set grace_until = now() - interval '1 second' where status = 'lost'`);
  }

  taskId(title: string): string {
    const found = this.plan.tasks.find((each) => each.title === title);
    if (found === undefined) throw new Error(`no task ${title}`);
    return found.id;
  }

  async task(title = 'Cart'): Promise<TaskDetail> {
    const answer = await this.owner.client.get<TaskDetail>(`tasks/${this.taskId(title)}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }

  async act(title: string, action: string, body: unknown = {}): Promise<{ readonly status: number; readonly body: TaskView & { readonly code?: string } }> {
    return this.owner.client.post(`tasks/${this.taskId(title)}/${action}`, body);
  }

  async planNow(): Promise<PlanView> {
    return (await this.owner.client.get<PlanView>(`plans/${this.plan.id}`)).body;
  }

  async run(id: string): Promise<RunView> {
    const answer = await this.owner.client.get<RunView>(`runs/${id}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }

  /** One dispatch, and the work that the daemon is then offered. */
  async next(daemon: FakeDaemon, purpose: string): Promise<Work> {
    await this.dispatch();
    return daemon.take(purpose);
  }

  /** Takes the task through implementation, so that it is in review. */
  async implemented(daemon: FakeDaemon): Promise<ReturnType<typeof produced>> {
    const work = await this.next(daemon, 'implement');
    const outcome = produced();
    expect(await daemon.finish(work, outcome)).toEqual({ counted: 'counted' });
    return outcome;
  }

  /** And through review, so that it is landing. */
  async approved(daemon: FakeDaemon): Promise<ReturnType<typeof produced>> {
    const outcome = await this.implemented(daemon);
    const review = await this.next(daemon, 'review');
    expect(await daemon.finish(review, judged(outcome.head, 'Good.\n\nVERDICT: APPROVED'))).toEqual({ counted: 'counted' });
    return outcome;
  }

  async eventually(title: string, status: string): Promise<TaskDetail> {
    return waitFor(`${title} to be ${status}`, async () => {
      const task = await this.task(title);
      return task.status === status ? task : undefined;
    });
  }
}
