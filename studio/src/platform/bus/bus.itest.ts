import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../test-support/index.js';
import { InProcessBus, RedisBus } from './index.js';
import type { Bus, Json } from './index.js';

const redisUrl = process.env['MAESTRO_TEST_REDIS_URL'];
const open: Bus[] = [];
const errors: unknown[] = [];
const outages: string[] = [];
const news = { onError: (error: unknown) => void errors.push(error), onLost: () => void outages.push('lost'), onBack: () => void outages.push('back') };
afterEach(async () => {
  await Promise.all(open.splice(0).map((bus) => bus.close()));
  errors.length = outages.length = 0;
});

function keep<B extends Bus>(bus: B): B {
  open.push(bus);
  return bus;
}

const kinds = [
  { name: 'in process', make: () => keep(new InProcessBus((error) => errors.push(error))) },
  ...(redisUrl === undefined ? [] : [{ name: 'over Redis', make: () => keep(new RedisBus(redisUrl, news)) }]),
];

let count = 0;
/** Suites share one Redis. */
const topic = () => `test-${process.pid}-${(count += 1)}`;

describe.each(kinds)('A bus $name', ({ make }) => {
  it('delivers to every subscriber of the topic, in order, once', async () => {
    const bus = make();
    const [mine, other] = [topic(), topic()];
    const heard: Json[][] = [[], []];
    bus.subscribe(mine, (message) => heard[0]!.push(message));
    bus.subscribe(mine, (message) => heard[1]!.push(message));
    bus.subscribe(other, () => heard[0]!.push('of another topic'));
    for (let n = 0; n < 50; n += 1) bus.publish(mine, { n });
    await waitFor('all messages', () => heard.every((list) => list.length >= 50));
    expect(heard).toEqual([0, 1].map(() => Array.from({ length: 50 }, (_, n) => ({ n }))));
  });

  it('delivers later than now, and to nobody who has unsubscribed', async () => {
    const bus = make();
    const [mine, end] = [topic(), topic()];
    const heard: Json[] = [];
    const unsubscribe = bus.subscribe(mine, (message) => heard.push(message));
    bus.publish(mine, 1);
    expect(heard).toEqual([]);
    await waitFor('the message', () => heard.length === 1);
    unsubscribe();
    let ended = false;
    bus.subscribe(end, () => (ended = true));
    bus.publish(mine, 2);
    bus.publish(end, null);
    await waitFor('the end', () => ended);
    expect(heard).toEqual([1]);
  });

  it('keeps handlers apart: one that throws is reported and harms no other, none can change the publisher\'s message', async () => {
    const bus = make();
    const mine = topic();
    const heard: Json[] = [];
    bus.subscribe(mine, (message) => {
      (message as { list: number[] }).list.push(2);
      throw new Error('made up');
    });
    bus.subscribe(mine, (message) => heard.push(message));
    const message = { list: [1] };
    bus.publish(mine, message);
    await waitFor('the second handler', () => heard.length === 1);
    expect(message).toEqual({ list: [1] });
    expect(errors).toMatchObject([{ message: 'made up' }]);
  });
});

describe.skipIf(redisUrl === undefined)('Buses of several studios', () => {
  it('reach each other, and themselves without an echo', async () => {
    const [a, b] = [kinds.at(-1)!.make(), kinds.at(-1)!.make()];
    const mine = topic();
    const heard: Json[] = [];
    a.subscribe(mine, (message) => heard.push(`a heard ${String(message)}`));
    b.subscribe(mine, (message) => heard.push(`b heard ${String(message)}`));
    // A subscription takes a moment to reach Redis; hints sent before are lost, as hints may be.
    await waitFor('b to hear a', () => {
      if (!heard.includes('b heard probe')) a.publish(mine, 'probe');
      return heard.includes('b heard probe');
    });
    heard.length = 0;
    b.publish(mine, 'hello');
    await waitFor('a to hear b', () => heard.includes('a heard hello'));
    expect(heard.filter((line) => line === 'b heard hello')).toHaveLength(1);
  });

  it('do not mind Redis going away: publishing goes on, this process hears itself, and others again once it is back', async () => {
    const proxy = await Proxy.to(redisUrl!);
    const near = keep(new RedisBus(proxy.url, news));
    const far = keep(new RedisBus(redisUrl!, news));
    const mine = topic();
    const heard = { near: 0, far: 0 };
    near.subscribe(mine, () => (heard.near += 1));
    far.subscribe(mine, () => (heard.far += 1));
    const bothHear = (from: Bus) => async () => {
      heard.near = heard.far = 0;
      from.publish(mine, null);
      await waitFor('a moment', () => heard.near > 0 && heard.far > 0, 100).catch(() => undefined);
      return heard.near > 0 && heard.far > 0;
    };
    await waitFor('the first message', bothHear(near));

    await proxy.cut();
    heard.near = 0;
    expect(() => near.publish(mine, null)).not.toThrow();
    await waitFor('its own message', () => heard.near === 1);

    await proxy.mend();
    await waitFor('near to reach far', bothHear(near));
    await waitFor('far to reach near', bothHear(far));
    // Two connections, and who knows how many attempts of each.
    expect([errors, outages]).toEqual([[], ['lost', 'back']]);
    await proxy.cut();
  });
});

/** Stands between a client and a server, and can be cut. */
class Proxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  private constructor(
    private readonly target: URL,
    private port = 0,
  ) {}

  static async to(url: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(url));
    await proxy.mend();
    return proxy;
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = String(this.port);
    return url.href;
  }

  async mend(): Promise<void> {
    this.server = createServer((client) => {
      const upstream = connect(Number(this.target.port), this.target.hostname);
      for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
        this.sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await closed;
  }
}
