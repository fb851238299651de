import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Database } from './database.js';

/** Hands the opened database to every feature. It is opened before Nest starts, since without one there is nothing to start. */
@Global()
@Module({})
export class DatabaseModule {
  static of(database: Database): DynamicModule {
    return { module: DatabaseModule, providers: [{ provide: Database, useValue: database }], exports: [Database] };
  }
}
