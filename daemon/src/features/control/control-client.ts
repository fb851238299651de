import { LocalRefusal, connectLines } from '../../platform/line-rpc.js';
import type { ControlMethod, ControlParams, ControlResult, DaemonNews } from './control.types.js';

/** The running daemon, from outside. */
export interface ControlClient {
  call<M extends ControlMethod>(method: M, params: ControlParams<M>): Promise<ControlResult<M>>;
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * What answers are checked with. Loaded once somebody listens: making the shapes takes several times as long as finding out that nobody
 * does, and while they are made the daemon works on its answer.
 */
const shapes = () => import('./control.types.js');

/** Rejects with `NobodyListens` when no daemon runs. */
export async function openControl(path: string, onNews: (news: DaemonNews) => void = () => undefined): Promise<ControlClient> {
  const client = await connectLines(path, (method, params) => {
    // In the order in which they came: all of them wait for the same shapes.
    void shapes().then(({ DaemonNews, NEWS }) => {
      const news = method === NEWS ? DaemonNews.safeParse(params) : undefined;
      if (news?.success === true) onNews(news.data);
    });
  });
  return {
    closed: client.closed,
    close: () => client.close(),
    async call(method, params) {
      const [answer, { CONTROL }] = await Promise.all([client.request(method, params), shapes()]);
      const parsed = CONTROL[method].result.safeParse(answer);
      if (!parsed.success) throw new LocalRefusal('bad_answer', 'The running daemon is of another version.', 'maestro disconnect, then maestro connect');
      return parsed.data as ControlResult<typeof method>;
    },
  };
}
