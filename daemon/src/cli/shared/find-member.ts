import type { MemberView } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { failure } from '../failure.js';
import type { Studio } from './machine.js';

/** A member by e-mail address, name, or the start of a name that only one has; `me` is the caller. */
export async function findMember(studio: Studio, name: string): Promise<MemberView> {
  const path = { workspace: studio.identity.workspaceId };
  const members = await studio.all((cursor) => studio.call(ENDPOINTS.members, { path, query: { limit: 200, cursor } }));
  const wanted = name.trim().toLowerCase();
  const tests: readonly ((member: MemberView) => boolean)[] = [
    (member) => wanted === 'me' && member.id === studio.identity.memberId,
    (member) => member.email === wanted || member.name.toLowerCase() === wanted,
    (member) => wanted !== '' && member.name.toLowerCase().startsWith(wanted),
  ];
  const fitting = tests.map((test) => members.filter(test)).find((list) => list.length > 0) ?? [];
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const names = (list: readonly MemberView[]) => list.slice(0, 10).map((member) => (member.email === null ? member.name : `${member.name} (${member.email})`)).join(', ');
  if (only === undefined) throw failure('notFound', `There is no member "${name}" in ${studio.identity.workspaceName}.`, `one of ${names(members)}`);
  throw failure('usage', `${fitting.length} members are called so: ${names(fitting)}.`, 'the e-mail address');
}
