import { hostname } from 'node:os';
import { mayDo } from '@maestro/protocol';
import type { Role, SkillLevel } from '@maestro/protocol';
import type { ConnectRequest } from '../../features/control/index.js';
import { remember } from '../../features/projects/index.js';
import type { Clone, KnownProject } from '../../features/projects/index.js';
import { failure } from '../failure.js';
import { createProject } from './create-project.js';
import { projectHere } from './find-project.js';
import { confirm } from './input.js';
import type { Machine, Studio } from './machine.js';

const SESSION_NAME = 60;

/** How a session is shown: as it was named, or by its machine. */
export function sessionName(named: string | undefined): string {
  return (named ?? hostname().split('.')[0] ?? 'machine').slice(0, SESSION_NAME);
}

/** The project to connect to; made first, if it is not there and somebody says so. */
export async function chosenProject(machine: Machine, studio: Studio, named: string | undefined): Promise<{ project: KnownProject; clone: Clone | undefined }> {
  const here = await projectHere(machine, studio, named);
  if (here.kind === 'found') return here;
  const { terminal, json } = machine.world;
  const sentence = `The studio has no project for ${here.address}.`;
  if (!mayDo(studio.identity.roles as readonly Role[], 'project.create')) throw failure('notFound', sentence, 'ask an architect or admin of the workspace to make it');
  if (json || !terminal.interactive) throw failure('notFound', sentence, 'maestro project create');
  const wanted = await confirm(`${sentence} Make one?`, terminal.stdin, (line) => terminal.err(line));
  if (!wanted) throw failure('notFound', sentence, 'maestro project create, or name another with --project <key>');
  const project = await createProject(studio, here.clone, {});
  terminal.err(`Made ${project.key} (${project.name}).`);
  return { project: await remember(project, studio.identity.studio, machine.projects), clone: here.clone };
}

/** `--with-skill` may be given several times; each list has been looked at by itself. */
export function levelsOf(levels: readonly SkillLevel[]): ConnectRequest['skills'] {
  const twice = levels.find((skill, index) => levels.findIndex((other) => other.slug === skill.slug) !== index);
  if (twice !== undefined) throw failure('usage', `The skill ${twice.slug} is listed twice.`, `--with-skill ${twice.slug}:4, once`);
  return levels.map(({ slug, min }) => ({ slug, proficiency: min }));
}
