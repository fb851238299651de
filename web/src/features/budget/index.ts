export { RaiseBudget } from './RaiseBudget.js';
export { mayRaise } from './domain/caps.js';
