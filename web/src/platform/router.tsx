import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { createBrowserHistory, useLocation } from '@tanstack/react-router';

/**
 * Addresses as the features see them: plain text such as `/plans/…?view=board`. Which page an address shows is known to the app's route
 * tree alone, so a feature can lead to a page without importing it.
 */
export const browserHistory = createBrowserHistory();

/** The path of the address, such as `/plans/…`. */
export function usePath(): string {
  return useLocation({ select: ({ pathname }) => pathname });
}

/** What stands behind the `?` of the address. Whatever a page's look depends on belongs there: it survives a reload and can be sent. */
export function useSearch(): URLSearchParams {
  return new URLSearchParams(useLocation({ select: ({ searchStr }) => searchStr }));
}

/** What stands behind the `#`, without it. */
export function useHash(): string {
  return useLocation({ select: ({ hash }) => hash });
}

interface NavigateOptions {
  /** Takes the place of the present address in the history, for addresses nobody wants back. */
  readonly replace?: boolean;
}

/** Goes to an address of the app. */
export function navigate(href: string, { replace = false }: NavigateOptions = {}): void {
  if (replace) browserHistory.replace(href);
  else browserHistory.push(href);
}

/** The present address with some search parameters changed; `null` takes one away. */
export function addressWith(changes: Readonly<Record<string, string | null>>): string {
  const { pathname, search } = browserHistory.location;
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  const said = parameters.toString();
  return said === '' ? pathname : `${pathname}?${said}`;
}

/** Changes search parameters of the present address. */
export function setSearch(changes: Readonly<Record<string, string | null>>, options: NavigateOptions = {}): void {
  navigate(addressWith(changes), options);
}

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly href: string;
  readonly children: ReactNode;
}

/** A link within the app. A real one: it opens in a new tab, can be copied, and works from the keyboard. */
export function Link({ href, children, onClick, ...rest }: LinkProps): ReactNode {
  const go = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return (
    <a href={href} onClick={go} {...rest}>
      {children}
    </a>
  );
}
