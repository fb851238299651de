import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialSettings, fetchProblem, isAllowedRemoteUrl, ownWords, parsePushReport, pushRefusalKind } from './remote.js';

describe('isAllowedRemoteUrl', () => {
  it.each(['https://github.com/acme/shop.git', 'https://user:token@host.test:8443/a/b', 'ssh://git@host.test:2222/a/b.git', 'ssh://host/a', 'git@github.com:acme/shop.git', 'https://[::1]:8080/x'])('takes %s', (url) => {
    expect(isAllowedRemoteUrl(url)).toBe(true);
  });
  it.each([
    ...['ext::sh -c id', 'EXT::sh -c id', 'file:///etc', '/srv/repo', './repo', 'http://host/x', 'git://host/x', 'ftp://host/x', 'https://host', 'https:///x', 'fd::17', 'host:path'],
    ...['--upload-pack=id', '-oProxyCommand=id', 'ssh://-oProxyCommand=id/x', 'ssh://git@-oProxyCommand=id/x', 'git@-oProxyCommand=id:x', 'git@host:-x', 'git@host::x', 'https://host/a b', 'https://host/a\nb', ''],
  ])('refuses %j', (url) => {
    expect(isAllowedRemoteUrl(url)).toBe(false);
  });
});

describe('parsePushReport', () => {
  it('reads one line for each ref', () => {
    const report = 'To /srv/x\n*\tabc:refs/heads/new\t[new branch]\n \tabc:refs/heads/on\tabc..def\n!\tabc:refs/heads/no\t[rejected] (stale info)\n-\t:refs/heads/gone\t[deleted]\nDone\n';
    expect(parsePushReport(report).map((ref) => `${ref.flag} ${ref.to}`)).toEqual(['* refs/heads/new', '  refs/heads/on', '! refs/heads/no', '- refs/heads/gone']);
  });
  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parsePushReport(text))));
  });
});

describe('pushRefusalKind', () => {
  const kind = (summary: string, stderr = '') => pushRefusalKind({ flag: '!', to: 'refs/heads/x', summary }, stderr);
  it('tells a lost race from a refusal', () => {
    expect(kind('[rejected] (stale info)')).toBe('lease');
    expect(kind('[remote rejected] (incorrect old value provided)')).toBe('race');
    expect(kind('[remote rejected] (failed to update ref)', "remote: error: cannot lock ref 'refs/heads/x': is at abc but expected def")).toBe('race');
    expect(kind('[remote rejected] (failed to update ref)', "remote: error: cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create")).toBe('refused');
    expect(kind('[remote rejected] (pre-receive hook declined)')).toBe('refused');
    expect(kind('[remote rejected] (branch is currently checked out)')).toBe('refused');
  });
});

describe('fetchProblem', () => {
  it('tells a partial clone that has holes from a broken one', () => {
    const said = 'remote: warning: lazy fetching disabled; some objects may not be available        \nremote: fatal: could not fetch 78981922613b2afb6025042ff6bd878ac1994e85 from promisor remote        \nfatal: protocol error: bad pack header';
    expect(fetchProblem(128, said)).toEqual({ kind: 'partial' });
    expect(fetchProblem(128, 'fatal: protocol error: bad pack header')).toEqual({ kind: 'objects_refused' });
  });

  it('tells a ref that moved meanwhile in the vault from a remote that cannot be read', () => {
    const at = (why: string) => `error: cannot lock ref 'refs/remotes/origin/epic/x': ${why}\nFrom /srv/x\n ! af5d489..0a9fad7  epic/x -> origin/epic/x  (unable to update local ref)`;
    expect(fetchProblem(1, at('is at 0a9fad79 but expected af5d4896'))).toEqual({ kind: 'raced' });
    expect(fetchProblem(1, at('reference already exists'))).toEqual({ kind: 'raced' });
    expect(fetchProblem(1, at("Unable to create '/v/refs/remotes/origin/epic/x.lock': File exists."))).toEqual({ kind: 'raced' });
    expect(fetchProblem(1, at("'refs/remotes/origin/epic' exists; cannot create 'refs/remotes/origin/epic/x'"))).toEqual({ kind: 'other' });
    expect(fetchProblem(128, `remote: ${at('is at 0a9fad79 but expected af5d4896')}`)).toEqual({ kind: 'other' });
  });

  it('does not believe the exit code of a fetch from a shallow repository', () => {
    expect(fetchProblem(0, 'warning: rejected refs/remotes/origin/main because shallow roots are not allowed to be updated')).toEqual({ kind: 'shallow' });
    expect(fetchProblem(0, 'From /srv/x\n * [new branch] main -> origin/main')).toBeNull();
    expect(fetchProblem(128, "fatal: couldn't find remote ref refs/heads/nope")).toEqual({ kind: 'missing_ref', ref: 'refs/heads/nope' });
    expect(fetchProblem(128, 'error: object 12ab: hasDotgit: contains .git\nfatal: fsck error in packed object')).toEqual({ kind: 'objects_refused' });
    expect(fetchProblem(128, 'fatal: Could not read from remote repository.')).toEqual({ kind: 'other' });
  });
});

describe('ownWords', () => {
  it('keeps what is said and drops the rest, credentials and control characters first', () => {
    const stderr = "remote: policy says no        \nremote: \u001b[31mtoday\u001b[0m\nTo https://x\nerror: failed to push some refs to 'https://x'\n";
    expect(ownWords(stderr)).toBe('policy says no  [31mtoday [0m');
    expect(ownWords("fatal: unable to access 'https://pat:s3cret@host.test/x/': 403")).toBe("unable to access 'https://host.test/x/': 403");
  });
  it('is short, on one line, and free of control characters, whatever git said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const words = ownWords(text);
        expect(words.length).toBeLessThanOrEqual(400);
        expect([...words].every((character) => character >= ' ' && character !== '\x7f')).toBe(true);
      }),
    );
  });
});

describe('credentialSettings', () => {
  it('passes on what reaches the remote, with the user\'s home for helpers alone', () => {
    const listing = "credential.helper\nstore\0credential.https://x.test.helper\n!gh auth git-credential\0credential.helper\n/opt/help me\0credential.helper\n\0http.proxy\nhttp://p:1\0http.sslVerify\0core.pager\nid\0";
    expect(credentialSettings(listing, "/home/o'hara")).toEqual([
      "credential.helper=!HOME='/home/o'\\''hara'; export HOME; git credential-store",
      "credential.https://x.test.helper=!HOME='/home/o'\\''hara'; export HOME; gh auth git-credential",
      "credential.helper=!HOME='/home/o'\\''hara'; export HOME; /opt/help me",
      'credential.helper=',
      'http.proxy=http://p:1',
      'http.sslVerify=true',
    ]);
  });
});
