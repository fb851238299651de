import { extname } from 'node:path';
import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../access/index.js';
import { AnswersOther } from '../http/index.js';
import { WebFiles } from './web-files.js';

const YEAR_MS = 365 * 86_400_000;
const NOT_BUILT = 'The browser app is not built. Run `npm run build`, then reload this page.\n';

/** Everything that no other controller answers: the browser app's files, and its page for each of its addresses. */
@ApiExcludeController()
@Controller()
export class WebPagesController {
  constructor(private readonly files: WebFiles) {}

  @Get('{*path}')
  @Public('the app holds nothing of anybody; what it shows it asks for with a session')
  @AnswersOther('a page of the browser app')
  async get(@Req() request: Request, @Res() response: Response): Promise<void> {
    const found = await this.files.find(request.path, request.acceptsEncodings('gzip') === 'gzip');
    if (found.kind === 'none') throw new NotFoundException();
    if (found.kind === 'not_built') {
      response.status(503).set('cache-control', 'no-store').type('text/plain').send(NOT_BUILT);
      return;
    }
    const { name, encoding, forever } = found;
    response.vary('accept-encoding').type(extname(name));
    if (encoding !== undefined) response.set('content-encoding', encoding);
    // The page is asked for again each time and answered with 304 while it has not changed: it names the files of the newest build.
    if (!forever) response.set('cache-control', 'no-cache');
    const send = { root: this.files.folder, ...(forever ? { maxAge: YEAR_MS, immutable: true } : { cacheControl: false }) };
    await new Promise<void>((resolve, reject) => {
      response.sendFile(encoding === undefined ? name : `${name}.gz`, send, (error) => {
        // A browser that goes away half-way is no failure; a file that a build has just replaced is not there any more.
        if (error == null || response.headersSent) resolve();
        else reject(new NotFoundException());
      });
    });
  }
}
