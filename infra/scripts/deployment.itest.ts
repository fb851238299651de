import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { composeProblems, INFRA, KUBERNETES, kubernetesProblems, readCompose, readManifests } from './lib/deployment.js';
import type { Manifest } from './lib/deployment.js';
import { repositoryRoot } from './lib/repository.js';

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
}

const compose = readCompose();
const services = compose['services'] as Readonly<Record<string, Service>>;
const manifests = readManifests();
const reference = readFileSync(join(INFRA, 'docs', 'configuration.md'), 'utf8');
const template = readFileSync(join(INFRA, 'nginx', 'maestro.conf.template'), 'utf8');
const dockerfile = readFileSync(join(INFRA, 'Dockerfile'), 'utf8');

/** Default of a setting, in the reference that is generated from the configuration. */
const defaultOf = (name: string): number => Number(new RegExp(`\`${name}\` \\| seconds \\| \`([\\d.]+)\``).exec(reference)?.[1]);
const isSetting = (name: string): boolean => reference.includes(`| \`${name}\` |`);

describe('compose.yml', () => {
  it('is what the Compose Specification describes', () => {
    expect(composeProblems(compose)).toEqual([]);
  });

  it.each([
    ['a key that there is not', { services: { proxy: { image: 'nginx', restrat: 'always' } } }],
    ['a value of another kind', { services: { proxy: { image: 'nginx', ports: 80 } } }],
  ])('would not be with %s', (_, broken) => {
    expect(composeProblems(broken)).not.toEqual([]);
  });

  it('gives the studios settings that exist, and as long to end as they may take', () => {
    for (const name of ['studio-1', 'studio-2']) {
      const { environment = {}, stop_grace_period: grace = '' } = services[name] ?? {};
      expect(Object.keys(environment).filter((each) => !isSetting(each))).toEqual([]);
      expect(Object.keys(environment)).toEqual(expect.arrayContaining(['DATABASE_URL', 'REDIS_URL', 'MAESTRO_SECRET_KEY', 'MAESTRO_PUBLIC_URL']));
      expect(Number.parseInt(grace)).toBeGreaterThan(defaultOf('MAESTRO_DRAIN_SECONDS') + defaultOf('MAESTRO_SHUTDOWN_SECONDS') + 1);
    }
  });

  it('fills in every variable of the proxy', () => {
    const wanted = [...template.matchAll(/\$\{([A-Z0-9_]+)\}/g)].map(([, name = '']) => name);
    expect(wanted).toHaveLength(3);
    expect(wanted.filter((name) => services['proxy']?.environment?.[name] === undefined)).toEqual([]);
  });
});

describe('The manifests of Kubernetes', () => {
  it('are what the API of Kubernetes describes', () => {
    expect(manifests.size).toBeGreaterThan(5);
    const broken = structuredClone(manifests.get('studio.deployment.yaml')) as Manifest & { spec: { template: { spec: { containers: Record<string, unknown>[] } } } };
    const [container = {}] = broken.spec.template.spec.containers;
    container['readynessProbe'] = container['readinessProbe'];
    const problems = kubernetesProblems(new Map([...manifests, ['broken', broken]]));
    expect(problems.filter((each) => !each.startsWith('broken'))).toEqual([]);
    expect(problems.join(), 'a misspelt field is seen').toContain('readynessProbe');
  });

  it('are all in the kustomization', () => {
    const { resources } = parse(readFileSync(join(KUBERNETES, 'kustomization.yaml'), 'utf8')) as { resources: readonly string[] };
    expect(resources).toEqual([...manifests.keys()]);
  });

  it('give the studios settings that exist, and as long to end as they may take', () => {
    const { data } = manifests.get('studio.config-map.yaml') as Manifest & { data: Readonly<Record<string, string>> };
    expect(Object.keys(data).filter((name) => !isSetting(name))).toEqual([]);
    const { spec } = manifests.get('studio.deployment.yaml') as Manifest & { spec: { template: { spec: { terminationGracePeriodSeconds: number } } } };
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(Number(data['MAESTRO_DRAIN_SECONDS']) + Number(data['MAESTRO_SHUTDOWN_SECONDS']) + 1);
  });
});

describe('The Dockerfile', () => {
  it('copies what the checkout has, and what the build makes', () => {
    const copied = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(([, path = '']) => path);
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => path !== 'node_modules' && !existsSync(join(repositoryRoot(), path)))).toEqual([]);
  });

  it('has the Node that the project is tested with, and starts the program itself', () => {
    const wanted = readFileSync(join(repositoryRoot(), '.nvmrc'), 'utf8').trim().replace(/^v/, '');
    for (const [, version = ''] of dockerfile.matchAll(/^FROM node:([\d.]+)/gm)) expect(version.startsWith(wanted) || wanted.startsWith(version), version).toBe(true);
    expect(dockerfile).toContain('ENTRYPOINT ["node", "studio/dist/main.js"]');
  });
});
