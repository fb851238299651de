import { Module } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { ProjectsModule } from '../projects/index.js';
import { SessionsModule } from '../sessions/index.js';
import { AnalysesService } from './analyses.service.js';
import { CatalogService } from './catalog.service.js';
import { ContextFilesService } from './context-files.service.js';
import { CatalogController } from './edge/catalog.controller.js';
import { CatalogSearchRpc } from './edge/catalog-search.rpc.js';
import { EmbedArtifactsLoop } from './edge/embed-artifacts.loop.js';
import { Embedder } from './embedding/embedder.js';
import { HashEmbedder } from './embedding/hash-embedder.js';
import { HttpEmbedder } from './embedding/http-embedder.js';
import { MemoryRanking } from './memory-ranking.js';
import { SearchService } from './search.service.js';
import { AnalysesRepository } from './store/analyses.repository.js';
import { ArtifactsRepository } from './store/artifacts.repository.js';
import { ContextFilesRepository } from './store/context-files.repository.js';
import { SearchRepository } from './store/search.repository.js';
import { VectorIndexRepository } from './store/vector-index.repository.js';

const embedder = {
  provide: Embedder,
  inject: [Config],
  useFactory: ({ embeddingsUrl, embeddingsModel, embeddingsKey }: Config): Embedder =>
    embeddingsUrl === undefined || embeddingsModel === undefined ? new HashEmbedder() : new HttpEmbedder({ url: embeddingsUrl, model: embeddingsModel, key: embeddingsKey }),
};

@Module({
  imports: [ProjectsModule, SessionsModule],
  controllers: [CatalogController],
  providers: [
    AnalysesRepository, ArtifactsRepository, ContextFilesRepository, SearchRepository, VectorIndexRepository, embedder, MemoryRanking, SearchService, CatalogService,
    AnalysesService, ContextFilesService, CatalogSearchRpc, EmbedArtifactsLoop,
  ],
  exports: [AnalysesService, CatalogService],
})
export class CatalogModule {}
