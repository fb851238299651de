import { Controller, Get } from '@nestjs/common';
import { PROTOCOL_VERSION, registry, toOpenRpc } from '@maestro/protocol';
import { Public } from '../../platform/access/index.js';
import { AnswersOther } from '../../platform/http/index.js';

/** The daemon protocol's reference, for people and generators. */
@Controller('api/v1')
export class OpenRpcController {
  private readonly document = toOpenRpc(registry, { title: 'Maestro daemon protocol', version: PROTOCOL_VERSION });

  @Get('openrpc.json')
  @Public('describes the protocol, as the published packages do; holds nothing of this installation')
  @AnswersOther('the OpenRPC document of the JSON-RPC methods')
  read(): object {
    return this.document;
  }
}
