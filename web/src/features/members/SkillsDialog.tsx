import { useId, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { PROFICIENCIES } from '@maestro/protocol';
import type { CreateSkill, MemberView, SkillView } from '@maestro/protocol';
import { post, queries } from '../../api/index.js';
import { Button, Callout, Dialog, SelectField } from '../../ui/index.js';

interface SkillsDialogProps {
  readonly member: MemberView;
  readonly workspaceId: string;
  /** One's own: said by everybody about themselves, whatever they may do otherwise. */
  readonly own: boolean;
  /** Whether a skill that nobody has named yet may be added to those of the workspace. */
  readonly mayName: boolean;
  readonly onClose: () => void;
}

type Change = { readonly skill: string; readonly proficiency: number | null };

/** What somebody can do, and how well. Those who may name new skills do it here, by typing them. */
export function SkillsDialog({ member, workspaceId, own, mayName, onClose }: SkillsDialogProps): ReactNode {
  const client = useQueryClient();
  const known = useQuery(queries.skills(workspaceId));
  const changing = useMutation({
    mutationFn: async (change: Change) => {
      const isNew = change.proficiency !== null && known.data?.some(({ slug }) => slug === change.skill) === false;
      if (isNew && mayName) await post(`/workspaces/${workspaceId}/skills`, { slug: change.skill, name: change.skill } satisfies CreateSkill);
      await (own ? post('/me/skills', { workspaceId, skills: [change] }) : post(`/workspaces/${workspaceId}/members/${member.id}/skills`, { skills: [change] }));
    },
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: queries.members(workspaceId).queryKey }), client.invalidateQueries({ queryKey: queries.skills(workspaceId).queryKey })]),
  });
  // What was chosen last stands there at once; what the studio says of it follows.
  const levelOf = (slug: string, proficiency: number): number => (changing.isPending && changing.variables.skill === slug ? (changing.variables.proficiency ?? proficiency) : proficiency);
  const set = (skill: string, proficiency: number | null): void => changing.mutate({ skill, proficiency });
  return (
    <Dialog title={own ? 'Your skills' : `Skills of ${member.name}`} lead="A task that asks for a skill goes to somebody who has it at that level or above." onClose={onClose}>
      {member.skills.length > 0 && (
        <ul className="divide-y divide-border">
          {member.skills.map(({ skillId, slug, proficiency }) => (
            <li key={skillId} className="flex items-center gap-3 py-1.5">
              <span className="min-w-0 flex-1 truncate">{slug}</span>
              <SelectField label={`How well: ${slug}`} labelHidden className="w-40" value={levelOf(slug, proficiency)} onChange={(event) => set(slug, Number(event.target.value))}>
                <Levels />
              </SelectField>
              <button type="button" aria-label={`Take ${slug} away`} onClick={() => set(slug, null)} className="flex size-8 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text max-md:size-11">
                <X aria-hidden className="size-4" strokeWidth={1.75} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <AddSkill offered={known.data?.filter(({ slug }) => !member.skills.some((has) => has.slug === slug)) ?? []} pending={changing.isPending || known.isPending} onAdd={set} />
      {changing.error !== null && (
        <Callout kind="problem" urgent>
          <p>{changing.error.message}</p>
        </Callout>
      )}
    </Dialog>
  );
}

function Levels(): ReactNode {
  return Object.entries(PROFICIENCIES).map(([level, name]) => (
    <option key={level} value={level}>
      {level} · {name}
    </option>
  ));
}

interface AddSkillProps {
  readonly offered: readonly SkillView[];
  readonly pending: boolean;
  readonly onAdd: (skill: string, proficiency: number) => void;
}

function AddSkill({ offered, pending, onAdd }: AddSkillProps): ReactNode {
  const id = useId();
  const [level, setLevel] = useState(3);
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get('skill');
    if (typeof name !== 'string' || name.trim() === '') return;
    onAdd(name.trim().toLowerCase(), level);
    event.currentTarget.reset();
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-wrap items-end gap-2">
      <div className="flex min-w-40 flex-1 flex-col gap-1">
        <label htmlFor={id} className="font-strong">
          Add a skill
        </label>
        <input id={id} name="skill" list={`${id}-known`} maxLength={48} placeholder="postgres" autoComplete="off" className="h-8 w-full rounded-control border border-outline bg-surface px-2 max-md:h-11" />
        <datalist id={`${id}-known`}>
          {offered.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </datalist>
      </div>
      <SelectField label="How well" labelHidden className="w-40" value={level} onChange={(event) => setLevel(Number(event.target.value))}>
        <Levels />
      </SelectField>
      <Button type="submit" disabled={pending}>
        Add
      </Button>
    </form>
  );
}
