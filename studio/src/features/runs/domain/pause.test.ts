import { PauseScope, Purpose } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { heldBackSentence, holdsBack, takenBackSentence } from './pause.js';

const SCOPES = Object.values(PauseScope);

describe('a pause and what is on offer', () => {
  const every = SCOPES.flatMap((scope) => Object.values(Purpose).flatMap((purpose) => [true, false].flatMap((readOnly) => [true, false].map((releasePushing) => ({ scope, purpose, readOnly, releasePushing })))));
  it.each(every)('$scope, $purpose, reads only $readOnly, release is pushing $releasePushing', ({ scope, ...offer }) => {
    const follows = offer.readOnly || (offer.purpose === 'release' && offer.releasePushing);
    expect(holdsBack(scope, offer)).toBe(scope === 'session' || !follows);
  });

  it('says who paused what, and why', () => {
    expect(heldBackSentence({ scope: 'project', by: 'Ada', why: 'Release week!' })).toBe('The project is paused by Ada: Release week. Nothing new begins there.');
    expect(heldBackSentence({ scope: 'session', by: 'Ada', why: '' })).toBe('This session is paused by Ada. Nothing new begins there.');
    expect(SCOPES.map(takenBackSentence)).toEqual([
      'The workspace was paused before anybody took the run.', 'The project was paused before anybody took the run.', 'The session was paused before anybody took the run.',
    ]);
  });
});
