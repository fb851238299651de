export { Board } from './Board.js';
