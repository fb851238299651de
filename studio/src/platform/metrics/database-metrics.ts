import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { Metrics } from './metrics.js';

/** The queue in front of the database: a line of those who wait says that the pool is too small, or a transaction too long. */
@Injectable()
export class DatabaseMetrics {
  constructor(database: Database, metrics: Metrics) {
    metrics.gauge('database_connections', 'Connections to the database, by state: open, idle, and calls that wait for one.', ['state'], () => {
      const { open, idle, waiting } = database.connections;
      return Promise.resolve([{ labels: ['open'], value: open }, { labels: ['idle'], value: idle }, { labels: ['waiting'], value: waiting }]);
    });
  }
}
