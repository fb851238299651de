import type { SessionStatus } from '@maestro/protocol';
import type { Look } from '../../ui/index.js';

export const SESSION_LOOKS: Readonly<Record<SessionStatus, Look>> = {
  online: { word: 'Online', shape: 'check', hue: 'done' },
  stale: { word: 'Silent', shape: 'dashed', hue: 'progress' },
  draining: { word: 'Leaving', shape: 'held', hue: 'quiet' },
  offline: { word: 'Offline', shape: 'empty', hue: 'quiet' },
};
