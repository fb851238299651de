/**
 * Time as a dependency, so that tests move it. For anything two processes must agree on (leases, expiry of a run's right to write)
 * ask the database instead: `databaseNow`.
 */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
