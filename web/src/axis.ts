/** Where the axis of a tangle runs through what dagre placed. */
import type { Joint } from "./place.ts";
import type { Run } from "./runs.ts";
import type { Span } from "./tangle.ts";

export interface Spread {
  readonly runs: readonly Run[];
  readonly joints: readonly Joint[];
  readonly span: Span;
  readonly rank: ReadonlyMap<Run, number>;
  readonly ranks: number;
  readonly passed: ReadonlyMap<number, readonly number[]>;
  readonly place: (run: number) => number;
}

/** The rank of a block's run; the first cut's is -1. */
export function rankOf(
  rank: ReadonlyMap<Run, number>,
  runs: readonly Run[],
  block: number,
): number {
  const run = runs.find((one) => one.blocks.includes(block));
  return run ? (rank.get(run) ?? 0) : -1;
}

/**
 * How far each rank is shifted. Where most of a tangle is one way, that way is made straight, rank by
 * rank; else the whole is put in the middle.
 */
export function shiftsOf(spread: Spread): (rank: number) => number {
  const { runs, place } = spread;
  const way = mainWay(spread);
  const height = (some: readonly Run[]): number => some.reduce((sum, one) => sum + one.height, 0);
  const fan = way.runs.length < 2 && runs.length > 2;
  if (!fan && height(way.runs) > height(runs) / 2) return straightened(spread, way);
  const lefts = runs.map((run, k) => place(k) - run.left);
  const rights = runs.map((run, k) => place(k) + run.right);
  const middle = -(Math.min(...lefts) + Math.max(...rights)) / 2;
  return () => middle;
}

interface Way {
  readonly runs: readonly Run[];
  readonly lines: readonly number[];
}

/** The way from the first cut that is longest in pixels, run by run, and the lines it takes. */
function mainWay({ runs, joints, span, rank }: Spread): Way {
  const of = new Map(runs.flatMap((run) => run.blocks.map((block) => [block, run] as const)));
  const tail = (line: number): Run | undefined => of.get(joints[line]?.from ?? -1);
  const head = (line: number): Run | undefined => of.get(joints[line]?.to ?? -1);
  const entering = new Map<Run, number>();
  const length = new Map<Run, number>();
  const longer = (a: Run | undefined, b: Run | undefined): boolean =>
    (length.get(a as Run) ?? 0) > (length.get(b as Run) ?? 0);
  const order = [...runs].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  for (const run of order) {
    const lines = span.lines.filter((line) => head(line) === run && tail(line) !== run);
    const [first, ...rest] = lines;
    if (first !== undefined) {
      entering.set(
        run,
        rest.reduce((best, line) => (longer(tail(line), tail(best)) ? line : best), first),
      );
    }
    length.set(run, run.height + (length.get(tail(entering.get(run) ?? -1) as Run) ?? 0));
  }
  const way: { runs: Run[]; lines: number[] } = { runs: [], lines: [] };
  let run: Run | undefined = order.reduce(
    (best, one) => (longer(one, best) ? one : best),
    order[0],
  );
  while (run) {
    way.runs.push(run);
    const line = entering.get(run);
    if (line !== undefined) way.lines.push(line);
    run = line === undefined ? undefined : tail(line);
  }
  return way;
}

/** Each rank so that the way crosses it on the axis; a rank it does not reach goes with its neighbour. */
function straightened(
  { runs, joints, rank, ranks, passed, place }: Spread,
  way: Way,
): (k: number) => number {
  const found = new Array<number | undefined>(ranks).fill(undefined);
  for (const run of way.runs) found[rank.get(run) ?? 0] = -place(runs.indexOf(run));
  for (const line of way.lines) {
    const first = rankOf(rank, runs, (joints[line] as Joint).from) + 1;
    (passed.get(line) ?? []).forEach((x, k) => {
      found[first + k] = -x;
    });
  }
  for (let k = 1; k < ranks; k += 1) found[k] ??= found[k - 1];
  for (let k = ranks - 2; k >= 0; k -= 1) found[k] ??= found[k + 1];
  return (k) => found[k] ?? 0;
}
