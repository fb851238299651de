import type { ReactNode } from 'react';
import { useShortcutGroups } from '../platform/shortcuts.js';
import { Dialog } from '../ui/index.js';

/** Everything that can be typed on the page behind it. */
export function ShortcutList({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog title="Keyboard shortcuts" lead="What can be typed on this page." onClose={onClose}>
      <div className="flex flex-col gap-5">
        {useShortcutGroups().map(({ title, shortcuts }) => (
          <section key={title} className="flex flex-col gap-1">
            <h3 className="text-small text-muted">{title}</h3>
            <dl>
              {shortcuts.map(({ keys, says }) => (
                <div key={keys} className="flex min-h-8 items-center gap-3 border-b border-border last:border-0">
                  <dt className="order-last flex gap-1">
                    {keys.split(' ').map((key) => (
                      <kbd key={key} className="min-w-6 rounded-[4px] border border-border bg-raised px-1.5 py-0.5 text-center font-mono text-small">
                        {key}
                      </kbd>
                    ))}
                  </dt>
                  <dd className="flex-1">{says}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
