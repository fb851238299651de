import { useState } from 'react';
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { mayDo, PROFICIENCIES } from '@maestro/protocol';
import type { MembershipView, MemberView, UserView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Age, Failure, SkeletonRows } from '../../ui/index.js';
import { isLastOwner, strongest } from './domain/roles.js';
import { MemberMenu } from './MemberMenu.js';
import { SkillsDialog } from './SkillsDialog.js';

interface MemberListProps {
  readonly user: UserView;
  readonly membership: MembershipView;
}

export function MemberList({ user, membership }: MemberListProps): ReactNode {
  const members = useQuery(queries.members(membership.workspaceId));
  const [skillsOf, setSkillsOf] = useState<string>();
  if (members.data === undefined) return members.error === null ? <SkeletonRows rows={3} label="Members are being loaded" /> : <Failure error={members.error} onRetry={members.refetch} />;
  const mayManage = mayDo(membership.roles, 'member.manage');
  const chosen = members.data.find(({ id }) => id === skillsOf);
  return (
    <>
      <ul className="divide-y divide-border">
        {members.data.map((member) => (
          <li key={member.id} className="appear flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 py-2 md:flex-nowrap">
            <Initial name={member.name} />
            <div className="flex min-w-0 flex-1 flex-col md:max-w-64">
              <span className="truncate">
                <span className="font-strong">{member.name}</span>
                {member.userId === user.id && <span className="text-muted"> (you)</span>}
              </span>
              <span className="truncate text-small text-muted">{member.email ?? 'Joined from a machine'}</span>
            </div>
            <span className="w-24 shrink-0">{strongest(member.roles)?.name}</span>
            <Skills member={member} />
            <span className="hidden w-24 shrink-0 text-right text-small text-muted lg:block">
              joined <Age at={member.joinedAt} />
            </span>
            {(mayManage || member.userId === user.id) && (
              <MemberMenu member={member} user={user} workspaceId={membership.workspaceId} mayManage={mayManage} isLastOwner={isLastOwner(member, members.data)} onSkills={() => setSkillsOf(member.id)} />
            )}
          </li>
        ))}
      </ul>
      {chosen !== undefined && <SkillsDialog member={chosen} workspaceId={membership.workspaceId} own={chosen.userId === user.id} mayName={mayDo(membership.roles, 'skill.manage')} onClose={() => setSkillsOf(undefined)} />}
    </>
  );
}

function Initial({ name }: { readonly name: string }): ReactNode {
  return (
    <span aria-hidden className="flex size-7 shrink-0 items-center justify-center rounded-round bg-raised text-small font-strong text-muted uppercase">
      {name.slice(0, 1)}
    </span>
  );
}

function Skills({ member: { skills } }: { readonly member: MemberView }): ReactNode {
  if (skills.length === 0) return <span className="min-w-0 flex-1 text-small text-muted max-md:order-last max-md:basis-full max-md:pl-10">No skills named: takes tasks that ask for none</span>;
  return (
    <ul className="flex min-w-0 flex-1 flex-wrap gap-1 max-md:order-last max-md:basis-full max-md:pl-10">
      {skills.map(({ skillId, slug, proficiency }) => (
        <li key={skillId} title={`${slug}: ${PROFICIENCIES[proficiency as keyof typeof PROFICIENCIES]}`} className="flex items-center gap-1.5 rounded-round border border-border px-2 text-small">
          {slug}
          <span className="text-muted tabular-nums">
            {proficiency}
            <span className="sr-only"> of 5</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
