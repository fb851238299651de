import { Redeemed } from '@maestro/protocol';
import type { Clock } from '../../platform/clock.js';
import { sendHttp } from '../../platform/http.js';
import type { SecretStoreKind } from '../../platform/secrets/secret-store.js';
import type { IdentityStore } from './identity-store.js';
import type { Identity, SignInProblem } from './identity.types.js';
import { readInvite } from './invite.js';
import { problemOf } from './problems.js';
import type { Tokens } from './tokens.js';

export interface SignInRequest {
  readonly invite: string;
  /** Overrides the address in the invite, for a studio that is reached by another name from here. */
  readonly studio?: string;
  readonly machineName: string;
  readonly personName?: string;
  readonly secretStore: SecretStoreKind;
}

export interface SignInPorts {
  readonly identities: IdentityStore;
  /** The tokens of one studio in the store that was asked for. */
  tokens(studio: string, kind: SecretStoreKind): Tokens;
  readonly clock: Clock;
}

export type SignedIn =
  | { readonly ok: true; readonly identity: Identity; readonly projects: Redeemed['projects'] }
  | { readonly ok: false; readonly problem: SignInProblem };

/**
 * Redeems an invite and keeps what it gives. The secret store is tried before the invite is spent: an invite works once, and a machine
 * without a keyring would otherwise have spent it for nothing.
 */
export async function signIn(request: SignInRequest, ports: SignInPorts): Promise<SignedIn> {
  const reading = readInvite(request.invite.trim());
  const studio = request.studio ?? (reading.ok ? reading.studio : undefined);
  if (!reading.ok || studio === undefined) {
    return { ok: false, problem: { kind: 'refused', code: 'invite_malformed', status: 400, sentence: reading.ok ? 'The invite names no studio.' : reading.sentence, remedy: 'copy the whole token that the studio showed' } };
  }
  const tokens = ports.tokens(studio, request.secretStore);
  await tokens.probe();
  const machine = { id: await ports.identities.machineId(), name: request.machineName };
  const answer = await sendHttp({
    method: 'POST',
    url: `${studio}/api/v1/auth/redeem`,
    body: { token: request.invite.trim(), machine, ...(request.personName === undefined ? {} : { name: request.personName }) },
  });
  const redeemed = Redeemed.safeParse(answer.body);
  if (answer.status >= 300 || !redeemed.success) return { ok: false, problem: problemOf(answer, 'The studio did not accept the invite.') };
  const { user, membership, projects } = redeemed.data;
  await tokens.save(redeemed.data.tokens);
  const identity: Identity = {
    studio,
    userId: user.id,
    userName: user.name,
    memberId: membership.memberId,
    workspaceId: membership.workspaceId,
    workspaceSlug: membership.workspaceSlug,
    workspaceName: membership.workspaceName,
    roles: membership.roles,
    secretStore: request.secretStore,
    signedInAt: new Date(ports.clock.now()).toISOString(),
  };
  await ports.identities.save(identity);
  return { ok: true, identity, projects };
}
