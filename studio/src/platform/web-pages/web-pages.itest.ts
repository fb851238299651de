import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Controller, Get, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import request from 'supertest';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebFiles } from './web-files.js';
import { WebPagesController } from './web-pages.controller.js';

const SCRIPT = `console.log(${JSON.stringify('a'.repeat(2_000))})`;

@Controller('api/v1')
class SomeController {
  @Get('things')
  things(): readonly string[] {
    return ['one'];
  }
}
@Module({ controllers: [SomeController] })
class SomeModule {}

describe('the browser app', () => {
  let folder: string;
  let app: INestApplication;
  let server: Server;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maestro-web-'));
    @Module({ imports: [SomeModule], controllers: [] })
    class Root {}
    @Module({ controllers: [WebPagesController], providers: [{ provide: WebFiles, useValue: new WebFiles(join(folder, 'dist')) }] })
    class Pages {}
    @Module({ imports: [Root, Pages] })
    class All {}
    app = await NestFactory.create(All, { logger: false });
    await app.init();
    server = app.getHttpServer() as Server;
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('says in one sentence how to build it while it is not built', async () => {
    const answer = await request(server).get('/');
    expect(answer.status).toBe(503);
    expect(answer.type).toBe('text/plain');
    expect(answer.text).toContain('npm run build');
  });

  describe('once built', () => {
    beforeAll(async () => {
      await mkdir(join(folder, 'dist', 'assets'), { recursive: true });
      await writeFile(join(folder, 'secret.txt'), 'no');
      await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html><title>Maestro</title>');
      await writeFile(join(folder, 'dist', 'assets', 'index-abc.js'), SCRIPT);
      await writeFile(join(folder, 'dist', 'assets', 'index-abc.js.gz'), gzipSync(SCRIPT));
    });

    it.each(['/', '/plans/some-id', '/setup'])('is its page at %s, asked for again each time', async (path) => {
      const answer = await request(server).get(path);
      expect(answer.status).toBe(200);
      expect(answer.type).toBe('text/html');
      expect(answer.headers['cache-control']).toBe('no-cache');
      const again = await request(server).get(path).set('if-none-match', answer.headers['etag'] as string);
      expect(again.status).toBe(304);
    });

    it('keeps what carries a hash for ever, and sends it small', async () => {
      const answer = await request(server).get('/assets/index-abc.js');
      expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' });
      expect(answer.type).toMatch('javascript');
      expect(answer.text ?? String(answer.body)).toBe(SCRIPT);
      const plain = await request(server).get('/assets/index-abc.js').set('accept-encoding', 'identity');
      expect(plain.headers['content-encoding']).toBeUndefined();
    });

    it.each(['/assets/gone-abc.js', '/api/v1/nothing', '/api', '/ws/events', '/%2e%2e/secret.txt', '/..%2fsecret.txt'])('is not found at %s', async (path) => {
      expect((await request(server).get(path)).status).toBe(404);
    });

    it('leaves other routes to those who have them', async () => {
      const answer = await request(server).get('/api/v1/things');
      expect(answer.body).toEqual(['one']);
    });
  });
});
