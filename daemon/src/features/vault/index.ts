export type {
  Answer,
  BootstrapRefusalCode,
  ChangedFile,
  GitRefusal,
  PushOutcome,
  RemoteLocation,
  RemoteRefusalCode,
  Vault,
  VaultDiff,
} from './vault.types.js';
