import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameRemote, possibleNames, readPlace } from './remotes.js';
import type { Provider } from './http/projects.js';

const normalize = (address: string, said?: Provider) => {
  const place = readPlace(address);
  return place.ok ? nameRemote(place.value, said) : place;
};
const name = (address: string, said?: Provider): string => {
  const named = normalize(address, said);
  return named.ok ? named.value.normalized : named.refusal.code;
};
const url = (address: string): string => {
  const named = normalize(address);
  if (!named.ok) return named.refusal.code;
  return named.value.remote.kind === 'url' ? named.value.remote.url : named.value.remote.path;
};

describe('one repository, many addresses', () => {
  it.each([
    'https://github.com/acme/shop',
    'https://github.com/acme/shop.git',
    'https://github.com/acme/shop.git/',
    'https://github.com/acme/shop//',
    'https://www.github.com/acme/shop',
    'HTTPS://GitHub.com/Acme/Shop.GIT',
    'https://github.com:443/acme/shop',
    'https://bob@github.com/acme/shop.git',
    'https://bob:ghp_secret@github.com/acme/shop.git',
    'ssh://git@github.com/acme/shop.git',
    'ssh://git@github.com:22/acme/shop.git',
    'ssh://git@ssh.github.com:443/acme/shop.git',
    'git+ssh://git@github.com/acme/shop',
    'git@github.com:acme/shop.git',
    'git@github.com:/acme/shop.git',
    'git@GITHUB.com:Acme/shop/',
    'github.com:acme/shop',
    'github:acme/shop',
    '  https://github.com/acme/shop\n',
  ])('%s', (address) => {
    expect(name(address)).toBe('github:acme/shop');
  });

  it.each([
    ['git@gitlab.com:acme/web/shop.git', 'gitlab:acme/web/shop'],
    ['https://codeberg.org/acme/shop', 'gitea:codeberg.org:acme/shop'],
    ['https://gitlab.acme.io:8443/web/shop.git', 'gitlab:gitlab.acme.io:web/shop'],
    ['ssh://git@gitea.acme.io:2222/web/shop.git', 'gitea:gitea.acme.io:web/shop'],
    ['ssh://git@[::1]:2222/web/shop.git', 'provider_unknown'],
    ['/srv/git/shop.git', 'manual:/srv/git/shop.git'],
    ['/home/Ada/./shop//', 'manual:/home/Ada/shop'],
    ['/home/ada/x/../shop/.git', 'manual:/home/ada/shop'],
    ['file:///home/ada/shop', 'manual:/home/ada/shop'],
  ])('%s is %s', (address, expected) => {
    expect(name(address)).toBe(expected);
  });

  it('keeps what machines clone from, without credentials', () => {
    expect(url('https://bob:secret@github.com/Acme/Shop.git/')).toBe('https://github.com/Acme/Shop.git');
    expect(url('https://ghp_secret@github.com/acme/shop')).toBe('https://github.com/acme/shop');
    expect(url('ssh://git:secret@github.com:22/acme/shop.git')).toBe('ssh://git@github.com:22/acme/shop.git');
    expect(url('git@github.com:acme/shop.git')).toBe('git@github.com:acme/shop.git');
    expect(url('/srv/git/shop.git/')).toBe('/srv/git/shop.git');
  });
});

describe('providers', () => {
  it('are told by the host, or said', () => {
    expect(name('https://git.acme.io/web/shop')).toBe('provider_unknown');
    expect(name('https://git.acme.io/web/shop', 'gitea')).toBe('gitea:git.acme.io:web/shop');
    expect(name('https://github.com/acme/shop', 'gitlab')).toBe('provider_mismatch');
    expect(name('https://github.com/acme/shop', 'manual')).toBe('provider_mismatch');
    expect(name('/srv/shop', 'github')).toBe('provider_mismatch');
    expect(name('/srv/shop', 'manual')).toBe('manual:/srv/shop');
  });

  it('may be unknown when a project is looked up', () => {
    const place = readPlace('git@git.acme.io:web/shop.git');
    expect(place.ok && possibleNames(place.value)).toContain(name('https://git.acme.io:8443/Web/Shop', 'gitlab'));
  });

  it('of two companies are two remotes, also when a group is called like a host', () => {
    expect(name('https://gitlab.com/git.acme.io/shop')).not.toBe(name('https://git.acme.io/git.acme.io/shop', 'gitlab'));
    expect(name('https://gitlab.com/git.acme.io/web/shop')).not.toBe(name('https://git.acme.io/web/shop', 'gitlab'));
  });
});

describe('what is no repository', () => {
  it.each([
    ['ext::sh -c touch% /tmp/x', 'remote_invalid'],
    ['EXT://sh', 'remote_scheme'],
    ['http://github.com/acme/shop', 'remote_scheme'],
    ['git://github.com/acme/shop', 'remote_scheme'],
    ['file://elsewhere/acme/shop', 'remote_scheme'],
    ['shop', 'remote_invalid'],
    ['../shop', 'remote_invalid'],
    ['/', 'remote_invalid'],
    ['/srv/sh\u0007op', 'remote_invalid'],
    ['https://github.com/shop', 'remote_invalid'],
    ['https://github.com/acme/shop/tree/main', 'remote_invalid'],
    ['https://github.com/acme/..', 'remote_invalid'],
    ['https://github.com/acme/%2e%2e', 'remote_invalid'],
    ['https://github.com/acme/.git', 'remote_invalid'],
    ['https://github.com/acme/shop?x=1', 'remote_invalid'],
    ['https://github.com/ac me/shop', 'remote_invalid'],
    ['-oProxyCommand=x:acme/shop', 'remote_invalid'],
    ['git@-oProxyCommand=x:acme/shop', 'remote_invalid'],
    ['ssh://-oProxyCommand=x/acme/shop', 'remote_invalid'],
    ['git@host:--upload-pack=x/shop', 'remote_invalid'],
    ['https://constructor/acme/shop', 'provider_unknown'],
    ['', 'remote_invalid'],
  ])('%j', (address, code) => {
    expect(name(address)).toBe(code);
  });

  it('never repeats an address, which may hold a password', () => {
    const named = normalize('https://bob:hunter2@github.com/shop');
    expect(JSON.stringify(named)).not.toContain('hunter2');
  });
});

describe('for random addresses', () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~+-]{0,8}$/);
  const path = fc.array(segment, { minLength: 2, maxLength: 3 }).map((segments) => segments.join('/'));
  const host = fc.constantFrom('gitlab.com', 'gitlab.acme.io', 'gitea.acme.io', 'CODEBERG.org', 'git.example.org');
  const hosted = fc.tuple(host, path, fc.constantFrom('', '.git', '/', '.git/')).chain(([at, where, end]) =>
    fc.constantFrom(`https://${at}/${where}${end}`, `https://u:p@${at}:8443/${where}${end}`, `ssh://git@${at}:22/${where}${end}`, `git@${at}:${where}${end}`),
  );

  it('the normalized form normalizes to itself', () => {
    fc.assert(
      fc.property(fc.oneof(hosted, fc.string(), path.map((each) => `/${each}`)), (address) => {
        const named = normalize(address, /^(https|ssh|git@)/.test(address) ? 'gitlab' : undefined);
        if (!named.ok) return;
        const again = normalize(named.value.normalized);
        expect(again.ok && again.value.normalized).toBe(named.value.normalized);
        const stored = named.value.remote.kind === 'url' ? named.value.remote.url : named.value.remote.path;
        const restored = normalize(stored, named.value.provider);
        expect(restored.ok && restored.value).toEqual(named.value);
      }),
    );
  });

  it('scheme, user, port, `.git`, case and slashes make no difference', () => {
    fc.assert(
      fc.property(host, path.filter((each) => !/\.git$/i.test(each)), (at, where) => {
        const names = [`https://${at}/${where}`, `https://x:y@${at}:99/${where}.git/`, `ssh://git@${at}:2222/${where}.git`, `git@${at}:${where.toUpperCase()}`].map((each) => name(each, 'gitlab'));
        expect(new Set(names).size).toBe(1);
      }),
    );
  });

  it('nothing makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (address) => void normalize(address)));
  });
});
