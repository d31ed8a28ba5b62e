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
  const most = height(way.runs) > height(runs) / 2 || way.runs.length < way.lines.length;
  if (!fan && most) return straightened(spread, way);
  const lefts = runs.map((run, k) => place(k) - run.left);
  const rights = runs.map((run, k) => place(k) + run.right);
  const middle = -(Math.min(...lefts) + Math.max(...rights)) / 2;
  return () => middle;
}

interface Way {
  readonly runs: readonly Run[];
  readonly lines: readonly number[];
}

/**
 * The way from the first cut that is longest in pixels, run by run, and the lines it takes. What nothing
 * feeds, a learned tensor, is not on it; where all else jumps, the way is a line that does.
 */
function mainWay({ runs, joints, span, rank }: Spread): Way {
  const of = new Map(runs.flatMap((run) => run.blocks.map((block) => [block, run] as const)));
  const entering = new Map<Run, number>();
  const length = new Map<Run, number>();
  /** How long the way to a line is; null where it does not come from the first cut. */
  const before = (line: number): number | null => {
    const from = joints[line]?.from;
    if (from === undefined) return null;
    return from === span.start ? 0 : (length.get(of.get(from) as Run) ?? null);
  };
  for (const run of [...runs].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0))) {
    const lines = span.lines.filter((line) => of.get(joints[line]?.to ?? -1) === run);
    const outer = lines.filter((line) => of.get(joints[line]?.from ?? -1) !== run);
    const fed = outer.filter((line) => before(line) !== null);
    const best = longest(fed, (line) => before(line) ?? 0);
    const begins = span.start === null && outer.length === 0;
    if (best === undefined && !begins) continue;
    if (best !== undefined) entering.set(run, best);
    length.set(run, run.height + (before(best ?? -1) ?? 0));
  }
  const last = longest([...length.keys()], (one) => length.get(one) ?? 0);
  if (last) return backwards(last, entering, (line) => of.get(joints[line]?.from ?? -1));
  const jump = span.lines.find((k) => joints[k]?.from === span.start && joints[k]?.to === span.end);
  return { runs: [], lines: jump === undefined ? [] : [jump] };
}

/** The way that ends with a run. */
function backwards(
  last: Run,
  entering: ReadonlyMap<Run, number>,
  tail: (line: number) => Run | undefined,
): Way {
  const way: { runs: Run[]; lines: number[] } = { runs: [], lines: [] };
  for (let run: Run | undefined = last; run; ) {
    way.runs.push(run);
    const line = entering.get(run);
    if (line !== undefined) way.lines.push(line);
    run = line === undefined ? undefined : tail(line);
  }
  return way;
}

/** The first of those that are longest. */
function longest<T>(some: readonly T[], size: (one: T) => number): T | undefined {
  return some.reduce<T | undefined>(
    (best, one) => (best === undefined || size(one) > size(best) ? one : best),
    undefined,
  );
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
