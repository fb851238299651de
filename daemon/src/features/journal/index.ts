export type { JournalState } from './domain/journal-state.js';
export type { JournalRecord, Owed } from './domain/records.js';
export { JournalStore, RunJournal } from './run-journal.js';
export { NO_USAGE } from './domain/journal-state.js';
