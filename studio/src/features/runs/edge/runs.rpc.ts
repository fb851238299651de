import { Injectable } from '@nestjs/common';
import { METHODS, serve } from '@maestro/protocol';
import { answer, DaemonRpc } from '../../sessions/index.js';
import type { DaemonConnection } from '../../sessions/index.js';
import { RunCalls } from './run-calls.service.js';

interface From {
  readonly context: DaemonConnection;
}

/** `run/…` of the daemon protocol: translates and delegates. */
@Injectable()
export class RunsRpc {
  constructor(rpc: DaemonRpc, calls: RunCalls) {
    rpc.bind(
      serve(METHODS.runOffers, async (_params, { context }: From) => ({ runs: [...(await calls.offered(context.bound))] as never[] })),
      serve(METHODS.runClaim, async (params, { context }: From) => answer(METHODS.runClaim, await calls.claim(context.bound, params))),
      serve(METHODS.runDecline, async (params, { context }: From) => answer(METHODS.runDecline, await calls.decline(context.bound, params))),
      serve(METHODS.runStart, async (params, { context }: From) => answer(METHODS.runStart, await calls.start(context.bound, params))),
      serve(METHODS.runEvents, async (params, { context }: From) => answer(METHODS.runEvents, await calls.events(context.bound, params))),
      serve(METHODS.runCheckpoint, async (params, { context }: From) => answer(METHODS.runCheckpoint, await calls.checkpoint(context.bound, params))),
      serve(METHODS.runPush, async (params, { context }: From) => answer(METHODS.runPush, await calls.push(context.bound, params))),
      serve(METHODS.runWait, async (params, { context }: From) => answer(METHODS.runWait, await calls.wait(context.bound, params))),
      serve(METHODS.runFinish, async (params, { context }: From) => answer(METHODS.runFinish, await calls.finish(context.bound, params))),
      serve(METHODS.changeUpload, async (params, { context }: From) => answer(METHODS.changeUpload, await calls.change(context.bound, params))),
      serve(METHODS.catalogManifest, async (params, { context }: From) => answer(METHODS.catalogManifest, (await calls.manifest(context.bound, params)) as never)),
      serve(METHODS.catalogUpload, async (params, { context }: From) => answer(METHODS.catalogUpload, await calls.upload(context.bound, params))),
      serve(METHODS.runSubtask, async (params, { context }: From) => answer(METHODS.runSubtask, (await calls.subtask(context.bound, params)) as never)),
    );
  }
}
