import { useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CancelRun as CancelBody, RunView } from '@maestro/protocol';
import { post, queries } from '../../api/index.js';
import { Button, Callout, Dialog, DialogActions, TextField } from '../../ui/index.js';

/** Stops a run, after saying what that stops and what it keeps. */
export function CancelRun({ run }: { readonly run: RunView }): ReactNode {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button kind="danger" className="max-md:h-11" onClick={() => setAsking(true)}>
        Cancel run
      </Button>
      {isAsking && <CancelDialog run={run} onClose={() => setAsking(false)} />}
    </>
  );
}

function CancelDialog({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }): ReactNode {
  const client = useQueryClient();
  const [why, setWhy] = useState('');
  const cancelling = useMutation({
    mutationFn: () => post<RunView>(`/runs/${run.id}/cancel`, { why } satisfies CancelBody),
    onSuccess: (stopped) => {
      client.setQueryData(queries.run(run.id).queryKey, stopped);
      onClose();
    },
  });
  const where = run.sessionName === null ? 'the machine' : run.sessionName;
  return (
    <Dialog
      title="Cancel this run?"
      lead={
        <>
          <p>{run.status === 'dispatched' ? `The offer to ${where} is taken back.` : `The agent on ${where} is stopped at once, with everything it has started.`}</p>
          <p className="pt-1">
            {run.taskKey === null ? 'The plan waits for a person.' : `${run.taskKey} is blocked until a person starts it again.`} Commits are kept, and so is what was not committed: as a snapshot on {where}, whose name the last line of this transcript gives.
          </p>
        </>
      }
      onClose={onClose}
    >
      <TextField label="Why (optional)" value={why} maxLength={2_000} onChange={(event) => setWhy(event.target.value)} />
      {cancelling.error !== null && (
        <Callout kind="problem" urgent>
          <p>{cancelling.error.message}</p>
        </Callout>
      )}
      <DialogActions>
        <Button onClick={onClose}>Let it go on</Button>
        <Button kind="danger" disabled={cancelling.isPending} onClick={() => cancelling.mutate()}>
          {cancelling.isPending ? 'Cancelling…' : 'Cancel run'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
