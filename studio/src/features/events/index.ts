export { Events } from './events.service.js';
export { EventStream } from './event-stream.js';
export { EventsModule } from './events.module.js';
