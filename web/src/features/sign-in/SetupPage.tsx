import { useState } from 'react';
import type { ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { SetupRequest } from '@maestro/protocol';
import { post, useForm } from '../../api/index.js';
import { navigate } from '../../platform/router.js';
import { Button, Callout, TextField } from '../../ui/index.js';
import { Gate } from './Gate.js';

/** First run: whoever holds the link that the studio printed makes the owner's account. */
export function SetupPage(): ReactNode {
  const client = useQueryClient();
  // Behind the `#`, where no server or log sees it; read once, because it leaves the address at the end.
  const [token] = useState(() => location.hash.slice(1));
  const form = useForm(['name', 'email', 'password'], async ({ name = '', email = '', password = '' }) => {
    await post('/setup', { name, email, password, ...(token === '' ? {} : { token }) } satisfies SetupRequest);
    navigate('/', { replace: true });
    await client.resetQueries();
  });
  return (
    <Gate title="Make the owner's account" lead="This studio is new. Its owner invites everybody else.">
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <TextField label="Your name" name="name" autoComplete="name" required autoFocus maxLength={200} problem={form.problemOf('name')} />
        <TextField label="Email" name="email" type="email" autoComplete="username" required problem={form.problemOf('email')} />
        <TextField label="Password" name="password" type="password" autoComplete="new-password" required minLength={10} maxLength={200} hint="At least 10 characters" problem={form.problemOf('password')} />
        {form.problem !== undefined && (
          <Callout kind="problem" urgent>
            <p>{form.problem}</p>
          </Callout>
        )}
        <Button type="submit" kind="primary" className="h-9" disabled={form.pending}>
          {form.pending ? 'Making it…' : 'Make the account'}
        </Button>
      </form>
    </Gate>
  );
}
