import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGitVersion } from './git-version.js';

describe('checkGitVersion', () => {
  it.each(['2.39.4', '2.39.5', '2.40.2', '2.41.1', '2.42.2', '2.43.4', '2.44.1', '2.45.1', '2.46.0', '2.52.0', '3.0.0'])('takes %s', (version) => {
    expect(checkGitVersion(`git version ${version}`)).toEqual({ ok: true, version });
  });

  it.each(['2.38.5', '2.39.3', '2.40.1', '2.41.0', '2.42.1', '2.43.3', '2.44.0', '2.45.0', '1.9.5'])('refuses %s and says what to install', (version) => {
    const check = checkGitVersion(`git version ${version}`);
    expect(check).toMatchObject({ ok: false, version });
    expect(check.ok ? '' : check.sentence).toMatch(/Install git 2\.\d+\.\d+/);
  });

  it('reads what the vendors append', () => {
    expect(checkGitVersion('git version 2.39.5 (Apple Git-154)\n')).toEqual({ ok: true, version: '2.39.5' });
    expect(checkGitVersion('git version 2.45.1.windows.1')).toEqual({ ok: true, version: '2.45.1' });
    expect(checkGitVersion('git version 2.46')).toEqual({ ok: true, version: '2.46.0' });
  });

  it('refuses, and never throws on, anything else', () => {
    fc.assert(fc.property(fc.string(), (text) => checkGitVersion(text).ok === false));
  });
});
