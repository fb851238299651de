import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { PublicUrl } from '../http/public-url.js';
import { SecretKey } from './secret-key.js';
import { TokenSigner } from './token-signer.js';

@Global()
@Module({})
export class CryptoModule {
  static of(secret: SecretKey): DynamicModule {
    return {
      module: CryptoModule,
      providers: [
        { provide: SecretKey, useValue: secret },
        { provide: TokenSigner, useFactory: (url: PublicUrl, clock: Clock) => new TokenSigner(secret, url, clock), inject: [PublicUrl, Clock] },
      ],
      exports: [SecretKey, TokenSigner],
    };
  }
}
