import { Global, Module } from '@nestjs/common';
import { EventFeed } from './event-feed.js';
import { Events } from './events.service.js';
import { EventStream } from './event-stream.js';
import { EventTailLoop } from './event-tail.loop.js';
import { EventsController } from './events.controller.js';
import { EventsGateway } from './events.gateway.js';
import { EventsRepository } from './events.repository.js';

/** Global, since every feature appends. */
@Global()
@Module({
  controllers: [EventsController],
  providers: [EventsRepository, Events, EventStream, EventTailLoop, EventFeed, EventsGateway],
  exports: [Events, EventStream],
})
export class EventsModule {}
