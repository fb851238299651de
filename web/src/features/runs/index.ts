export { PURPOSE_WORDS, RUN_LOOKS } from './looks.js';
