export { RaiseBudget } from './RaiseBudget.js';
