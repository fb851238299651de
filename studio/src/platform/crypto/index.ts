export { CryptoModule } from './crypto.module.js';
export { hashPassword, passwordMatches } from './passwords.js';
export { randomToken, tokenHash } from './random-token.js';
export { loadSecretKey, SecretKey } from './secret-key.js';
export { TokenKind, TokenSigner } from './token-signer.js';
