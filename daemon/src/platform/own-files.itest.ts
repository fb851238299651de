import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ownFile } from './own-files.js';

it('finds files of the daemon\'s package, and of no package around it', () => {
  expect(JSON.parse(readFileSync(ownFile('package.json'), 'utf8'))).toMatchObject({ name: '@maestro/daemon' });
  expect(['bin/maestro.js', 'bundle/main.js', 'bundle/rehearsal-agent.js', 'bundle/parser.js'].filter((path) => !existsSync(ownFile(path))), 'what is started as a process of its own').toEqual([]);
});
