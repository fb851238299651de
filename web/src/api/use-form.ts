import type { FormEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Refused } from './client.js';

export interface FormUse {
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  readonly pending: boolean;
  /** What is wrong with one field, by its name. */
  readonly problemOf: (field: string) => string | undefined;
  /** What is wrong and belongs to no field. */
  readonly problem: string | undefined;
}

/** Sends a form's fields by name. What the studio refuses stands at the field that it is about. */
export function useForm(fields: readonly string[], send: (values: Readonly<Record<string, string>>) => Promise<void>): FormUse {
  const sending = useMutation({ mutationFn: send });
  const { error } = sending;
  const issues = error instanceof Refused ? error.issues.filter(({ path }) => fields.includes(path)) : [];
  return {
    onSubmit: (event) => {
      event.preventDefault();
      const data = new FormData(event.currentTarget);
      sending.mutate(Object.fromEntries(fields.map((field) => [field, String(data.get(field) ?? '')])));
    },
    pending: sending.isPending,
    problemOf: (field) => issues.find(({ path }) => path === field)?.message,
    problem: error === null || issues.length > 0 ? undefined : error.message,
  };
}
