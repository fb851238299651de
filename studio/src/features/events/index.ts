export { Events } from './events.service.js';
export { EventStream } from './event-stream.js';
export type { EventHandler } from './event-stream.js';
export { EventsModule } from './events.module.js';
export type { NewEvent } from './events.repository.js';
export type { StoredEvent } from './domain/event-scope.js';
