/**
 * Whether this studio is going away. From the moment it has begun, `/readyz` says so and no new socket is opened; requests are served until
 * the last socket has been told to go elsewhere.
 */
export class Departure {
  private begun = false;

  get hasBegun(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
