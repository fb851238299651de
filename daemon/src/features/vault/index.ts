export { branchNameProblem } from './domain/branch-name.js';
export type { ToldChange } from './domain/change.js';
export { checkGitVersion } from './domain/git-version.js';
export type { GitVersionCheck } from './domain/git-version.js';
export { differingPaths, parseRawDiff } from './domain/raw-diff.js';
export type { RawEntry } from './domain/raw-diff.js';
export { credentialSettings, ownWords } from './domain/remote.js';
export { GitVault, mergeBasesIn, readablePath } from './git-vault.js';
export { HEARD } from './vault-evict.js';
export type { OpenRefusalCode, OpenRequest, VaultStoreOptions } from './vault-store.js';
export { objectName } from './vault-refs.js';
export { RemoteRepository } from './vault-remote.js';
export type { VaultRecord } from './vault-record.js';
export { VaultStore } from './vault-store.js';
export type {
  Answer,
  BootstrapRefusalCode,
  ChangedFile,
  Evicted,
  GitRefusal,
  Pruned,
  PruneRequest,
  PushOutcome,
  RemoteLocation,
  RemoteRefusalCode,
  Vault,
  VaultDiff,
  VaultNeed,
  VaultStanding,
} from './vault.types.js';
export type { TreeEntry } from './vault-reader.js';
