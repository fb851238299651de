import type { DocPage } from './page.js';

/** Every generated page. A new reference is one line here and one file beside this one. */
export const pages: readonly DocPage[] = [];
