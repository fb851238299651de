import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION, SUPPORTED_VERSIONS, negotiateVersion, parseVersion } from './index.js';

const range = (min: string, max = min) => ({ min, max });

describe('negotiateVersion', () => {
  it.each([
    ['the same', range('1.0'), range('1.0'), '1.0'],
    ['a newer daemon', range('1.0'), range('1.0', '1.4'), '1.0'],
    ['a newer studio', range('1.0', '2.1'), range('1.2', '1.4'), '1.4'],
    ['numbers, not text', range('1.0', '1.10'), range('1.0', '1.9'), '1.9'],
  ])('agrees with %s', (_name, studio, daemon, version) => {
    expect(negotiateVersion({ studio, daemon })).toEqual({ ok: true, version });
  });

  it.each([
    ['a daemon that is too old', range('2.0', '2.1'), range('1.0', '1.4'), 'daemon', 'This daemon speaks protocol 1.0 to 1.4 and the studio speaks 2.0 to 2.1. Upgrade maestro on this machine, then connect again.'],
    ['a studio that is too old', range('1.0'), range('1.1'), 'studio', 'This daemon speaks protocol 1.1 and the studio speaks 1.0. Ask whoever runs the studio to upgrade it.'],
    ['a daemon that says nonsense', range('1.0'), range('<b>1</b>'), 'daemon', 'This daemon speaks protocol an unreadable version and the studio speaks 1.0. Upgrade maestro on this machine, then connect again.'],
    ['an inverted range', range('1.0'), range('1.1', '1.0'), 'daemon', 'This daemon speaks protocol an unreadable version and the studio speaks 1.0. Upgrade maestro on this machine, then connect again.'],
  ])('refuses %s and says whom to upgrade', (_name, studio, daemon, upgrade, sentence) => {
    expect(negotiateVersion({ studio, daemon })).toEqual({ ok: false, code: 'version_unsupported', upgrade, sentence });
  });

  it('gives a version inside both ranges, or names the side with the lower maximum', () => {
    const version = fc.tuple(fc.nat(3), fc.nat(12));
    const versions = fc.tuple(version, version).map((pair) => pair.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((one) => one.join('.')));
    const number = (text: string) => { const parsed = parseVersion(text)!; return parsed.major * 10_000 + parsed.minor; };
    fc.assert(
      fc.property(versions, versions, ([min = '', max = ''], [low = '', high = '']) => {
        const agreed = negotiateVersion({ studio: { min, max }, daemon: { min: low, max: high } });
        if (agreed.ok) {
          for (const [bottom, top] of [[min, max], [low, high]]) {
            expect(number(agreed.version)).toBeGreaterThanOrEqual(number(bottom!));
            expect(number(agreed.version)).toBeLessThanOrEqual(number(top!));
          }
        } else expect(agreed.upgrade).toBe(number(max) <= number(high) ? 'studio' : 'daemon');
      }),
    );
  });

  it('parses only major.minor', () => {
    for (const text of ['', '1', '1.', '01.0', '1.0.0', ' 1.0', '1.0\n', '１.0', '99999.0', '-1.0']) expect(parseVersion(text)).toBeUndefined();
    expect(parseVersion(PROTOCOL_VERSION)).toBeDefined();
    expect(SUPPORTED_VERSIONS.max).toBe(PROTOCOL_VERSION);
  });
});
