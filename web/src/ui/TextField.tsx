import { useId } from 'react';
import type { InputHTMLAttributes, ReactNode } from 'react';

interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with what was typed; read out, and shown in place of the hint. */
  readonly problem?: string | undefined;
}

export function TextField({ label, hint, problem, ...rest }: TextFieldProps): ReactNode {
  const id = useId();
  const said = problem ?? hint;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-strong">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={problem !== undefined}
        aria-describedby={said === undefined ? undefined : `${id}-said`}
        className="h-9 w-full rounded-control border border-outline bg-surface px-2.5 aria-invalid:border-blocked"
        {...rest}
      />
      {said !== undefined && (
        <p id={`${id}-said`} className={`text-small ${problem === undefined ? 'text-muted' : 'text-blocked'}`}>
          {said}
        </p>
      )}
    </div>
  );
}
