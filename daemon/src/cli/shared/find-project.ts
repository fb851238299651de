import type { Clone, KnownProject } from '../../features/projects/index.js';
import { findClone, findProject } from '../../features/projects/index.js';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { refused } from '../refused.js';
import { failure } from '../failure.js';
import type { Machine, Studio } from './machine.js';

/** Which project a command is about, and the clone it was called from if there is one. */
export type ProjectHere =
  | { readonly kind: 'found'; readonly project: KnownProject; readonly clone: Clone | undefined }
  /** The clone's repository is no project of the studio; `address` is what one would be made from. */
  | { readonly kind: 'unknown'; readonly address: string; readonly clone: Clone };

/** The project that was named, or the one of this folder, or the only one there is. */
export async function projectOf(machine: Machine, studio: Studio, named: string | undefined): Promise<KnownProject> {
  const here = await projectHere(machine, studio, named);
  if (here.kind === 'found') return here.project;
  throw failure('notFound', `The studio has no project for ${here.address}.`, 'maestro project create, or name another with --project <key>');
}

export async function projectHere(machine: Machine, studio: Studio, named: string | undefined): Promise<ProjectHere> {
  const { settings, cwd } = machine.world;
  const clone = await findClone(settings, cwd);
  if (named !== undefined) {
    const project = await projectNamed(machine, studio, named);
    // The credential settings of a clone are of use only for the repository it is a clone of.
    const own = clone === undefined ? undefined : await findProject(clone, studio.api, machine.projects);
    return { kind: 'found', project, clone: own?.kind === 'found' && own.project.id === project.id ? clone : undefined };
  }
  if (clone !== undefined) {
    const found = await findProject(clone, studio.api, machine.projects);
    if (found.kind === 'found') return { kind: 'found', project: found.project, clone };
    if (found.kind === 'failed') throw refused(found.failure);
    if (found.kind === 'unknown') return { kind: 'unknown', address: found.address, clone };
  }
  return { kind: 'found', project: await onlyProject(studio), clone: undefined };
}

async function projectNamed(machine: Machine, studio: Studio, named: string): Promise<KnownProject> {
  const key = named.toUpperCase();
  const isIt = (project: { readonly key: string; readonly id: string; readonly name: string }) => project.key === key || project.id === named || project.name.toLowerCase() === named.toLowerCase();
  const known = (await machine.projects.list()).find((project) => project.studio === studio.identity.studio && isIt(project));
  if (known !== undefined) return known;
  const all = await projectsOf(studio);
  const found = all.find(isIt);
  if (found !== undefined) return found;
  throw failure('notFound', `There is no project "${named}" in ${studio.identity.workspaceName}.`, all.length === 0 ? 'maestro project create' : `one of ${all.map((project) => project.key).slice(0, 20).join(', ')}`);
}

async function onlyProject(studio: Studio): Promise<KnownProject> {
  const all = await projectsOf(studio);
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  if (only === undefined) throw failure('notFound', `There is no project in ${studio.identity.workspaceName}.`, 'maestro project create, in a clone of your repository');
  throw failure('usage', 'This folder is in no clone of a project.', `the same with --project <key>: ${all.map((project) => project.key).slice(0, 20).join(', ')}`);
}

async function projectsOf(studio: Studio): Promise<readonly KnownProject[]> {
  const path = { workspace: studio.identity.workspaceId };
  const views = await studio.all((cursor) => studio.call(ENDPOINTS.projects, { path, query: { limit: 200, cursor } }));
  return views.map((project) => ({ studio: studio.identity.studio, id: project.id, key: project.key, name: project.name, remote: project.normalizedRemote }));
}
