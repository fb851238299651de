import { useId } from 'react';
import type { ReactNode, TextareaHTMLAttributes } from 'react';

interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly problem?: string | undefined;
}

/** Text of several lines; it grows with what is typed. */
export function TextArea({ label, labelHidden = false, problem, className = '', ...rest }: TextAreaProps): ReactNode {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'font-strong'}>
        {label}
      </label>
      <textarea
        id={id}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-said`}
        className={`field-sizing-content max-h-80 min-h-16 w-full resize-y rounded-control border border-outline bg-surface px-2.5 py-1.5 aria-invalid:border-blocked ${className}`}
        {...rest}
      />
      {problem !== undefined && (
        <p id={`${id}-said`} className="text-small text-blocked">
          {problem}
        </p>
      )}
    </div>
  );
}
