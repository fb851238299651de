// How addresses are read is in protocol: a daemon compares them too, before it asks the studio.
export { nameRemote, possibleNames, readPlace } from '@maestro/protocol';
export type { NormalizedRemote } from '@maestro/protocol';
