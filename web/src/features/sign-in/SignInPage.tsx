import type { ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { LoginRequest } from '@maestro/protocol';
import { post, useForm } from '../../api/index.js';
import { Button, Callout, TextField } from '../../ui/index.js';
import { Gate } from './Gate.js';

export function SignInPage(): ReactNode {
  const client = useQueryClient();
  const form = useForm(['email', 'password'], async ({ email = '', password = '' }) => {
    await post('/auth/login', { email, password } satisfies LoginRequest);
    await client.resetQueries();
  });
  return (
    <Gate title="Sign in" lead="Plans, tasks and machines of your workspace.">
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <TextField label="Email" name="email" type="email" autoComplete="username" required autoFocus problem={form.problemOf('email')} />
        <TextField label="Password" name="password" type="password" autoComplete="current-password" required problem={form.problemOf('password')} />
        {form.problem !== undefined && (
          <Callout kind="problem" urgent>
            <p>{form.problem}</p>
          </Callout>
        )}
        <Button type="submit" kind="primary" className="h-9" disabled={form.pending}>
          {form.pending ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
      <p className="text-small text-muted">No password? An operator of this studio can send you a link that signs you in once.</p>
    </Gate>
  );
}
