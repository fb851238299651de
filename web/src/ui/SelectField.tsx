import { useId } from 'react';
import type { ReactNode, SelectHTMLAttributes } from 'react';

interface SelectFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly label: string;
  /** The label is read out, but what stands beside the field says it well enough to the eye. */
  readonly labelHidden?: boolean;
  readonly children: ReactNode;
}

/** The browser's own list: right on a phone, right for every screen reader, and typed into without a script of ours. */
export function SelectField({ label, labelHidden = false, children, className = '', ...rest }: SelectFieldProps): ReactNode {
  const id = useId();
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${className}`}>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'font-strong'}>
        {label}
      </label>
      <select id={id} className="h-8 w-full min-w-0 rounded-control border border-outline bg-surface px-2 max-md:h-11" {...rest}>
        {children}
      </select>
    </div>
  );
}
