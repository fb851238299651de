import { useState } from 'react';
import type { ReactNode } from 'react';
import type { MembershipView } from '@maestro/protocol';
import { Button, Dialog, DialogActions, StatusIcon } from '../../ui/index.js';
import { ConnectMachine } from './ConnectMachine.js';
import { arrived, presentIds } from './domain/machines.js';
import type { Seat } from './domain/machines.js';
import { SESSION_LOOKS } from './looks.js';

interface ConnectDialogProps {
  readonly membership: MembershipView;
  /** As they are now: it says so when one arrives. */
  readonly seats: readonly Seat[];
  readonly onClose: () => void;
}

/** The commands that connect one more machine, and the word that it is there. */
export function ConnectDialog({ membership, seats, onClose }: ConnectDialogProps): ReactNode {
  const [before] = useState(() => presentIds(seats));
  const here = arrived(before, seats);
  return (
    <Dialog title="Connect a machine" lead="Any machine with a clone of the repository and an agent program." onClose={onClose}>
      <ConnectMachine membership={membership} />
      <ul aria-live="polite" className="flex flex-col gap-2">
        {here.map(({ session, project }) => (
          <li key={session.id} className="appear flex items-center gap-2">
            <StatusIcon look={SESSION_LOOKS.online} />
            <span>
              <span className="font-strong">{session.name}</span> is connected for {project.name}.
            </span>
          </li>
        ))}
      </ul>
      {here.length === 0 && <p className="text-small text-muted">As soon as it is connected, it says so here.</p>}
      <DialogActions>
        <Button kind={here.length === 0 ? 'plain' : 'primary'} onClick={onClose}>
          {here.length === 0 ? 'Close' : 'Done'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
