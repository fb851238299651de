/**
 * Whether something that several connections lead to is away. It is away as soon as one of them is lost, and back when all are there: each
 * failed attempt, of each connection, would otherwise be news of its own.
 */
export class Outage {
  private readonly away = new Set<unknown>();
  private isOn = false;

  constructor(
    private readonly onLost: (error: unknown) => void,
    private readonly onBack: () => void,
  ) {}

  lost(connection: unknown, error: unknown): void {
    this.away.add(connection);
    if (this.isOn) return;
    this.isOn = true;
    this.onLost(error);
  }

  back(connection: unknown): void {
    this.away.delete(connection);
    if (!this.isOn || this.away.size > 0) return;
    this.isOn = false;
    this.onBack();
  }
}
