export { backends, lentPostgresUrl } from './backends.js';
export { describeOnBoth, describeStudioOnBoth } from './describe-on-both.js';
export { mountedRoutes, routesOf } from './routes.js';
export type { Route } from './routes.js';
export { TestClient } from './test-client.js';
export type { Answer } from './test-client.js';
export type { TestMachine, TestOwner, TestStudio } from './test-studio.js';
export { waitFor } from './wait-for.js';
