import type { ReactNode } from 'react';
import { Button } from './Button.js';
import { Callout } from './Callout.js';

/** What could not be shown, why, and the way on. */
export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry: () => unknown }): ReactNode {
  return (
    <Callout kind="problem" urgent>
      <p>{error.message}</p>
      <Button className="self-start" onClick={() => void onRetry()}>
        Try again
      </Button>
    </Callout>
  );
}
