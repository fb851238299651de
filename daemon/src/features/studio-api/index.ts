export type { Arguments, Endpoint } from './endpoint.js';
export { ENDPOINTS } from './endpoints.js';
export { StudioApi } from './studio-api.js';
export type { ApiAnswer, ApiFailure, TokenSource } from './studio-api.js';
