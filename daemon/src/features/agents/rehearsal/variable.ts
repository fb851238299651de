/** Tells the rehearsal agent its script and its work, as JSON. */
export const REHEARSAL_VARIABLE = 'MAESTRO_REHEARSAL';
