import { describe, expect, it } from 'vitest';
import { isCovered } from './install.mjs';

const wanted = {
  '': { version: '0.1.0' },
  studio: { version: '0.1.0' },
  'node_modules/@maestro/studio': { link: true },
  'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
  'node_modules/other-platform': { version: '1.0.0', optional: true },
};
const present = {
  studio: { version: '0.1.0' },
  'node_modules/@maestro/studio': { link: true },
  'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
};

describe('whether the installed packages are those of the lockfile', () => {
  it('does not ask for what another platform needs', () => {
    expect(isCovered(wanted, present)).toBe(true);
  });

  it('lets one be that nobody asks for any more', () => {
    expect(isCovered(wanted, { ...present, 'node_modules/left-over': { version: '1.0.0' } })).toBe(true);
  });

  it.each([
    ['a package is missing', { ...present, 'node_modules/zod': undefined }],
    ['a package has another version', { ...present, 'node_modules/zod': { version: '4.0.1', integrity: 'sha512-a' } }],
    ['a package has other content', { ...present, 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-b' } }],
    ['an optional package has another version', { ...present, 'node_modules/other-platform': { version: '0.9.0' } }],
  ])('sees that %s', (_, packages) => {
    expect(isCovered(wanted, JSON.parse(JSON.stringify(packages)) as typeof present)).toBe(false);
  });
});
