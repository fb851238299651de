export { Refused, get, patch, post, remove } from './client.js';
export { FollowStudio, useLiveness } from './feed/FollowStudio.js';
export type { Liveness } from './feed/FollowStudio.js';
export { createQueryClient, queries } from './queries.js';
export { useForm } from './use-form.js';
