import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { WebFiles } from './web-files.js';
import { WebPagesController } from './web-pages.controller.js';

/** Where the web package builds to, seen from `src` and from `dist` alike. */
const BUILT = fileURLToPath(new URL('../../../../web/dist/', import.meta.url));

/** The browser app. Imported last of all: its one route takes what the others leave. */
@Module({ controllers: [WebPagesController], providers: [{ provide: WebFiles, useFactory: () => new WebFiles(BUILT) }] })
export class WebPagesModule {}
