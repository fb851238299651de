import type { ReactNode } from 'react';

/** Colours that tell standings apart; each is a token of `styles.css`. */
export type Hue = 'quiet' | 'progress' | 'review' | 'landing' | 'done' | 'blocked';

/** A ring that fills with progress, a disc at the end of the way, a diamond for what cannot go on, two bars for what is held. */
export type Shape = 'dashed' | 'empty' | 'quarter' | 'half' | 'most' | 'check' | 'cross' | 'diamond' | 'held';

/** How a state is shown: an icon and a word, because colour alone tells some people nothing. */
export interface Look {
  readonly word: string;
  readonly shape: Shape;
  readonly hue: Hue;
}

const COLOUR: Readonly<Record<Hue, string>> = {
  quiet: 'text-quiet',
  progress: 'text-progress',
  review: 'text-review',
  landing: 'text-landing',
  done: 'text-done',
  blocked: 'text-blocked',
};

/** The icon alone; whoever uses it puts the word beside it, or names it with `label` where there is no room. */
export function StatusIcon({ look: { shape, hue, word }, named = false }: { readonly look: Look; readonly named?: boolean }): ReactNode {
  return (
    <svg viewBox="0 0 14 14" className={`size-3.5 shrink-0 ${COLOUR[hue]}`} fill="none" stroke="currentColor" strokeWidth="1.5" {...(named ? { role: 'img', 'aria-label': word } : { 'aria-hidden': true })}>
      {SHAPES[shape]}
    </svg>
  );
}

const ring = <circle cx="7" cy="7" r="6" />;
const disc = <circle cx="7" cy="7" r="6.75" fill="currentColor" stroke="none" />;
const onDisc = { stroke: 'var(--surface)', strokeWidth: 1.6, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;

/** A slice of a pie from twelve o'clock, drawn as a thick dash of a thin circle. The circumference of its circle is 11. */
const slice = (part: number): ReactNode => <circle cx="7" cy="7" r="1.75" strokeWidth="3.5" strokeDasharray={`${11 * part} 11`} transform="rotate(-90 7 7)" />;

const SHAPES: Readonly<Record<Shape, ReactNode>> = {
  dashed: <circle cx="7" cy="7" r="6" strokeDasharray="2.2 1.57" />,
  empty: ring,
  quarter: <>{ring}{slice(0.25)}</>,
  half: <>{ring}{slice(0.5)}</>,
  most: <>{ring}{slice(0.75)}</>,
  check: <>{disc}<path d="m4.3 7.2 1.9 1.9 3.6-4" {...onDisc} /></>,
  cross: <>{disc}<path d="m5 5 4 4m0-4-4 4" {...onDisc} /></>,
  diamond: <><path d="M7 .9 13.1 7 7 13.1.9 7z" fill="currentColor" strokeLinejoin="round" /><path d="M7 4.2v3.3m0 2.1v.05" {...onDisc} /></>,
  held: <>{ring}<path d="M5.4 5v4m3.2-4v4" strokeLinecap="round" /></>,
};
