/** What a tangle is drawn from. */
import type { Run } from "./runs.ts";

/**
 * The rank of each run and its place across; `passed` is where a joint crosses each rank between its
 * ends. Runs of `high` stand at the top of their rank, others in its middle.
 */
export interface Answer {
  readonly ranks: number;
  readonly rank: ReadonlyMap<Run, number>;
  readonly x: ReadonlyMap<Run, number>;
  readonly passed: ReadonlyMap<number, readonly number[]>;
  readonly high: ReadonlySet<Run>;
}
