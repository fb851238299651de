import type { INestApplication } from '@nestjs/common';
import { describeAnswers, operationId } from './answers.js';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** `/api/v1/openapi.json`, and a page to read it at `/api/docs`. Built from the routes and their schemas when it is first asked for. */
export function mountApiDocs(app: INestApplication): void {
  const described = new DocumentBuilder()
    .setTitle('Maestro studio')
    .setDescription('Errors are RFC 9457 problem documents with a stable `code`. POSTs accept `Idempotency-Key`. Lists take `cursor` and `limit`.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addCookieAuth('maestro')
    .build();
  SwaggerModule.setup('api/docs', app, () => describeAnswers(app, SwaggerModule.createDocument(app, described, { operationIdFactory: operationId })), { jsonDocumentUrl: 'api/v1/openapi.json', yamlDocumentUrl: 'api/v1/openapi.yaml' });
}
