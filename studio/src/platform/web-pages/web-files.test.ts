import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { fileNameOf } from './web-files.js';

describe('fileNameOf', () => {
  it.each(['/', '/plans/0193a6f2-0000-7000-8000-000000000001', '/setup', '/apis', '/plans/'])('is the app\'s page for %s', (path) => {
    expect(fileNameOf(path)).toBe('index.html');
  });

  it.each([
    ['/assets/index-D4x_9-a.js', 'assets/index-D4x_9-a.js'],
    ['/favicon.svg', 'favicon.svg'],
  ])('is the file for %s', (path, name) => {
    expect(fileNameOf(path)).toBe(name);
  });

  it.each(['/api', '/api/v1/nothing', '/api/v1/index.html', '/ws/events', '/ws', '/../package.json', '/assets/../../x.js', '/.env', '/assets/.hidden.js', '//evil.js', '/%2e%2e/x.js', '/a\\..\\b.js'])(
    'is nothing for %s',
    (path) => {
      expect(fileNameOf(path)).toBeUndefined();
    },
  );

  test.prop([fc.string().map((text) => `/${text}`)])('never leads out of the folder', (path) => {
    const parts = fileNameOf(path)?.split('/') ?? [];
    expect(parts.some((part) => part === '' || part.startsWith('.') || part.includes('\\'))).toBe(false);
  });
});
