import type { ReactNode } from 'react';
import type { MembershipView, PauseView } from '@maestro/protocol';
import { Age, Button, Callout, Sentence } from '../../ui/index.js';
import { mayPause, standingPauses } from './domain/pauses.js';
import { usePauses, useResume } from './use-pauses.js';

const WHAT: Readonly<Record<PauseView['scope'], string>> = { workspace: 'The workspace', project: 'The project', session: 'This machine' };

/** What keeps a project's plans from beginning anything new: the pause of its workspace, and its own. */
export function ProjectPauses({ projectId, membership }: { readonly projectId: string; readonly membership: MembershipView }): ReactNode {
  return standingPauses(usePauses(projectId)).map((pause) => <PauseNotice key={pause.subject} pause={pause} membership={membership} />);
}

/** Who paused it, when and why, with the way on for those who may. */
export function PauseNotice({ pause, membership }: { readonly pause: PauseView; readonly membership: MembershipView }): ReactNode {
  const resuming = useResume(pause);
  const { scope, by, why, at } = pause;
  return (
    <Callout kind="warning">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <div className="min-w-0 flex-1 max-md:basis-full">
          <p>
            {WHAT[scope]} is paused by {by}. Nothing new begins; what is at work goes on. <Age at={at} className="text-small text-muted" />
          </p>
          {why !== '' && <p className="break-words text-muted">{why}</p>}
        </div>
        {mayPause(scope, membership.roles) && (
          <Button className="max-md:h-11 md:-my-1.5" disabled={resuming.isPending} onClick={() => resuming.mutate()}>
            {scope === 'session' ? 'Resume' : `Resume the ${scope}`}
          </Button>
        )}
      </div>
      {resuming.error !== null && (
        <p role="alert" className="text-blocked">
          <Sentence text={resuming.error.message} />
        </p>
      )}
    </Callout>
  );
}
