import type { SecretStoreKind } from '../../platform/secrets/secret-store.js';

/** Who this machine is at one studio. No secret is in here. */
export interface Identity {
  /** The studio's address without a trailing slash, such as `https://maestro.example.org`. */
  readonly studio: string;
  readonly userId: string;
  readonly userName: string;
  readonly memberId: string;
  readonly workspaceId: string;
  readonly workspaceSlug: string;
  readonly workspaceName: string;
  readonly roles: readonly string[];
  /** Where its tokens are. */
  readonly secretStore: SecretStoreKind;
  /** ISO 8601, UTC. */
  readonly signedInAt: string;
}

/** What keeps somebody from being signed in. `try` is the command that helps. */
export type SignInProblem =
  | { readonly kind: 'not_signed_in'; readonly sentence: string; readonly remedy: string }
  | { readonly kind: 'refused'; readonly code: string; readonly status: number; readonly sentence: string; readonly remedy: string };

export type TokenAnswer = { readonly ok: true; readonly token: string } | { readonly ok: false; readonly problem: SignInProblem };
