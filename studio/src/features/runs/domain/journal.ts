/**
 * The last line that the studio holds without a gap. Batches may come twice, out of order or with one missing in between (an older batch
 * that failed and will be sent again), so only what joins on to the beginning is acknowledged.
 *
 * @param ackSeq what was acknowledged so far.
 * @param held sequence numbers above it that are stored, in ascending order.
 */
export function gaplessEnd(ackSeq: number, held: readonly number[]): number {
  let end = ackSeq;
  for (const seq of held) {
    if (seq <= end) continue;
    if (seq !== end + 1) break;
    end = seq;
  }
  return end;
}
