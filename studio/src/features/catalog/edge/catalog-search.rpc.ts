import { Injectable } from '@nestjs/common';
import { METHODS, serve } from '@maestro/protocol';
import { DaemonRpc } from '../../sessions/index.js';
import type { DaemonConnection } from '../../sessions/index.js';
import { SearchService } from '../search.service.js';

/** `catalog/search` of the daemon protocol, for the project that the session is connected to. */
@Injectable()
export class CatalogSearchRpc {
  constructor(rpc: DaemonRpc, search: SearchService) {
    rpc.bind(
      serve(METHODS.catalogSearch, async ({ queries }, { context }: { readonly context: DaemonConnection }) => {
        const answers = [];
        // One after the other: an embedded database has one connection anyway.
        for (const { q, kind, language, limit } of queries) answers.push({ hits: (await search.ask({ projectId: context.bound.projectId, q, kind, language, framework: undefined, limit })).data });
        return { answers };
      }),
    );
  }
}
