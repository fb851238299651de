import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ROUTE_ACCESS } from '../platform/access/index.js';
import type { RouteAccess } from '../platform/access/index.js';
import { ROUTE_ANSWER } from '../platform/http/index.js';
import type { RouteAnswer } from '../platform/http/index.js';

export interface Route {
  readonly method: string;
  /** With its parameters, such as `/api/v1/workspaces/:id`. */
  readonly path: string;
  /** `WorkspacesController.get`. */
  readonly handler: string;
  readonly access: RouteAccess | undefined;
  readonly answer: RouteAnswer | undefined;
}

/** Every handler of every controller. */
export function routesOf(app: NestExpressApplication): readonly Route[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype, name }) => {
    if (metatype === null) return [];
    const prototype = metatype.prototype as Record<string, unknown>;
    return Object.getOwnPropertyNames(prototype).filter((property) => property !== 'constructor').flatMap((property) => {
      const handler = prototype[property];
      const path: unknown = typeof handler === 'function' ? Reflect.getMetadata(PATH_METADATA, handler) : undefined;
      if (typeof handler !== 'function' || path === undefined) return [];
      return [
        {
          method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod],
          path: join(Reflect.getMetadata(PATH_METADATA, metatype), path),
          handler: `${name}.${property}`,
          answer: Reflect.getMetadata(ROUTE_ANSWER, handler) as RouteAnswer | undefined,
          access: Reflect.getMetadata(ROUTE_ACCESS, handler) as RouteAccess | undefined,
        },
      ];
    });
  });
}

interface ExpressRoute {
  readonly path: string | readonly string[];
  readonly methods: Readonly<Record<string, boolean>>;
}

/** What Express itself will answer, as `GET /path`: the truth that `routesOf` is checked against. */
export function mountedRoutes(app: NestExpressApplication): readonly string[] {
  const { router } = app.getHttpAdapter().getInstance() as unknown as { router: { stack: readonly { route?: ExpressRoute }[] } };
  return router.stack.flatMap(({ route }) => {
    if (route === undefined) return [];
    return [route.path].flat().flatMap((path) => Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${path}`));
  });
}

function join(...parts: unknown[]): string {
  return `/${parts.flat().map(String).flatMap((part) => part.split('/')).filter((part) => part !== '').join('/')}`;
}
