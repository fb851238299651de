import type { Purpose, WorkerJob } from '@maestro/protocol';
import { JOB_PURPOSES } from '@maestro/protocol';

/** What a worker is started with. */
export interface WorkerStart {
  readonly name: string;
  readonly job: WorkerJob;
  readonly channel: string;
  readonly agents: readonly string[];
  readonly skills: readonly { readonly slug: string; readonly proficiency: number }[];
  /** Named where the worker does not start in a clone of it. */
  readonly project: string | undefined;
}

/** The words after `maestro`. No secret is among them: everybody on the machine can read a command line. */
export function workerWords({ name, job, channel, agents, skills, project }: WorkerStart): readonly string[] {
  const levels = skills.map(({ slug, proficiency }) => `${slug}:${proficiency}`);
  return [
    'connect', '--no-tui', '--role', 'worker', '--name', name, '--purposes', JOB_PURPOSES[job], '--team-channel', channel, '--capacity', '1', '--lifeline',
    ...(levels.length === 0 ? [] : ['--with-skill', levels.join(',')]),
    ...(agents.length === 0 ? [] : ['--agent', agents.join(',')]),
    ...(project === undefined ? [] : ['--project', project]),
  ];
}

/**
 * The environment of a worker: its lead's, without the key of the secret file, which goes through the lifeline. The studio is named, because
 * the identity used last on this machine may be another by now.
 */
export function workerEnvironment(host: Readonly<Record<string, string>>, studio: string): Record<string, string> {
  const { MAESTRO_SECRET_KEY: _key, ...rest } = host;
  return { ...rest, MAESTRO_STUDIO: studio };
}

/** A folder's name for a worker: no two names of one project share it. */
export function workerFolder(project: string, name: string): string {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return `${project.toLowerCase()}-${slug}-${checksum(name)}`;
}

/** What a lead takes itself beside a team: what none of its workers does. */
export function leadPurposes(all: readonly Purpose[], jobs: readonly WorkerJob[]): Purpose[] {
  const covered = new Set(jobs.map((job) => JOB_PURPOSES[job]));
  return all.filter((purpose) => !covered.has(purpose));
}

/** FNV-1a, 32 bits: tells names apart that become the same slug. Nothing depends on its being hard to invert. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
