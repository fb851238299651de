export { PauseButton } from './PauseButton.js';
export { PauseNotice, ProjectPauses } from './PauseNotice.js';
export { pauseOf } from './domain/pauses.js';
export { usePauses } from './use-pauses.js';
