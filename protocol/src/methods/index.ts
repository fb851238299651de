import { createRegistry } from '../rpc/index.js';
import { catalogManifest, catalogSearch, catalogUpload } from './catalog.js';
import { changeUpload } from './change.js';
import { runAvailable, runCancel, runCheckpoint, runClaim, runDecline, runEvents, runFinish, runHold, runOffers, runPush, runStart, runSteer, runSubtask, runWait } from './run.js';
import { channelMessage, channelPost, channelRead, teamReap, teamReport } from './team.js';
import { sessionDrain, sessionHeartbeat, sessionHello, sessionLeave, taskAccept, taskAssigned, taskDecline } from './session.js';

/** Every message of the daemon protocol, by name. */
export const METHODS = {
  sessionHello, sessionHeartbeat, sessionLeave, sessionDrain,
  runClaim, runDecline, runOffers, runStart, runEvents, runCheckpoint, runPush, runWait, runFinish, runSubtask,
  runAvailable, runCancel, runHold, runSteer,
  taskAccept, taskDecline, taskAssigned,
  changeUpload,
  catalogManifest, catalogUpload, catalogSearch,
  channelPost, channelRead, channelMessage, teamReport, teamReap,
} as const;

export const registry = createRegistry(Object.values(METHODS));
