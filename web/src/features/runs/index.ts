export { PURPOSE_WORDS, RUN_LOOKS } from './looks.js';
export { RunPage } from './RunPage.js';
