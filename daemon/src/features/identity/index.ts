export type { Identity, SignInProblem, TokenAnswer } from './identity.types.js';
export { ConfigUnreadable, IdentityStore, readIfThere } from './identity-store.js';
export { studioAddress } from './invite.js';
export { signIn } from './sign-in.js';
export type { SignInPorts, SignInRequest, SignedIn } from './sign-in.js';
export { Tokens } from './tokens.js';
