export { Departure } from './departure.js';
