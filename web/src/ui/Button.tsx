import type { ComponentPropsWithRef, ReactNode } from 'react';

const KINDS = {
  primary: 'bg-accent text-on-accent font-strong hover:not-disabled:opacity-90',
  plain: 'border border-outline/50 bg-surface hover:not-disabled:bg-raised',
  danger: 'border border-blocked/60 bg-surface text-blocked hover:not-disabled:bg-blocked/8',
  ghost: 'text-muted hover:not-disabled:bg-raised hover:not-disabled:text-text',
} as const;

interface ButtonProps extends ComponentPropsWithRef<'button'> {
  readonly kind?: keyof typeof KINDS;
  /** For an icon alone; whoever uses it names it with `aria-label`. */
  readonly square?: boolean;
}

export function Button({ kind = 'plain', square = false, className = '', type = 'button', ...rest }: ButtonProps): ReactNode {
  return <button type={type} className={`inline-flex h-8 shrink-0 items-center justify-center gap-2 rounded-control ${square ? 'w-8 max-md:size-11' : 'px-3'} transition-colors duration-100 disabled:opacity-60 ${KINDS[kind]} ${className}`} {...rest} />;
}
