export type { ChannelWords, HelloParams, LinkHandler, LinkState, Welcome } from './link.types.js';
export { StudioLink } from './studio-link.js';
export type { StudioLinkOptions } from './studio-link.js';
