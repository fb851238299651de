export { Failpoints, failpointsOf } from './failpoints.js';
