import { describe, expect, it } from 'vitest';
import { createLog, loggablePath } from './index.js';

describe('the log', () => {
  it('shows no secret, wherever in a logged object it stands', () => {
    const lines: string[] = [];
    const log = createLog('trace', { write: (line) => void lines.push(line) });
    const secrets = { authorization: 'Bearer s3cret', cookie: 'a=s3cret', 'set-cookie': 's3cret', password: 's3cret', token: 's3cret', accessToken: 's3cret', refreshToken: 's3cret', secretKey: 's3cret' };
    log.info(secrets, 'at the top');
    log.info({ headers: secrets, body: secrets }, 'one down');
    log.info({ request: { headers: secrets } }, 'two down');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toContain('s3cret');
    expect(lines.join('')).toContain('[redacted]');
  });
});

describe('loggablePath', () => {
  it.each([
    ['/api/v1/auth/links/rzuegJwHpCV9xlZ-Pzp3umCQlwXHcKQsoztsxMKYZXs', '/api/v1/auth/links/[redacted]'],
    ['/ws/events?cursor=1.2&token=x', '/ws/events'],
    ['/api/v1/workspaces/01890000-0000-7000-8000-00000000000a/members', '/api/v1/workspaces/01890000-0000-7000-8000-00000000000a/members'],
    ['/#secret', '/'],
  ])('of %s is %s', (url, path) => {
    expect(loggablePath(url)).toBe(path);
  });
});
