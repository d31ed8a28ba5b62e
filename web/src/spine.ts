/**
 * The layout of a tangle whose runs stand one below the other: a straight spine, and every line that
 * jumps over some of them in a lane of its own on the right. It needs no dagre.
 */
import type { Answer } from "./answer.ts";
import type { Joint } from "./place.ts";
import type { Run } from "./runs.ts";
import type { Roles, Span } from "./tangle.ts";

const LANE = 13;
const PORTS = 18;

/** Null where runs stand beside one another. */
export function spined(
  runs: readonly Run[],
  joints: readonly Joint[],
  span: Span,
  roles: Roles,
): Answer | null {
  const inside = runs.filter(
    (run) => !run.blocks.some(roles.first) && !run.blocks.some(roles.last),
  );
  if (!chained(inside, joints, span)) return null;
  return new Spine(runs, inside, joints, span, roles).answer();
}

/** Whether each run is fed by the one before it, so that there is but one order. */
function chained(runs: readonly Run[], joints: readonly Joint[], span: Span): boolean {
  const fed = new Set(span.lines.map((k) => `${joints[k]?.from} ${joints[k]?.to}`));
  const begins = span.start === null || fed.has(`${span.start} ${runs[0]?.blocks[0]}`);
  return runs.every((run, k) => {
    const before = runs[k - 1];
    return before ? fed.has(`${before.blocks.at(-1)} ${run.blocks[0]}`) : begins;
  });
}

class Spine {
  private readonly rank = new Map<Run, number>();
  private readonly x = new Map<Run, number>();
  private readonly passed = new Map<number, number[]>();
  private readonly runOf = new Map<number, Run>();
  private readonly high: Run[];
  private readonly low: Run[];
  private readonly ranks: number;

  constructor(
    runs: readonly Run[],
    private readonly inside: readonly Run[],
    private readonly joints: readonly Joint[],
    private readonly span: Span,
    roles: Roles,
  ) {
    this.high = runs.filter((run) => run.blocks.some(roles.first));
    this.low = runs.filter((run) => run.blocks.some(roles.last));
    const above = this.high.length ? 1 : 0;
    this.ranks = above + inside.length + (this.low.length ? 1 : 0);
    for (const run of runs) for (const block of run.blocks) this.runOf.set(block, run);
    for (const run of this.high) this.rank.set(run, 0);
    for (const [k, run] of inside.entries()) this.rank.set(run, above + k);
    for (const run of this.low) this.rank.set(run, this.ranks - 1);
    for (const run of inside) this.x.set(run, 0);
  }

  answer(): Answer {
    this.jump();
    for (const [ports, input] of [
      [this.high, true],
      [this.low, false],
    ] as const) {
      this.spread(ports, input);
    }
    const high = new Set(this.high);
    return { ranks: this.ranks, rank: this.rank, x: this.x, passed: this.passed, high };
  }

  /** Give each line that passes runs a lane: the shorter ones stand further in. */
  private jump(): void {
    const jumps = this.span.lines
      .map((k) => ({ k, ...this.reach(k) }))
      .filter(({ first, last }) => last > first + 1)
      .sort((a, b) => a.last - a.first - (b.last - b.first) || a.k - b.k);
    const lanes: { first: number; last: number }[][] = [];
    for (const jump of jumps) {
      const meets = (other: { first: number; last: number }): boolean =>
        jump.first < other.last && other.first < jump.last;
      let lane = lanes.findIndex((taken) => !taken.some(meets));
      if (lane < 0) lane = lanes.push([]) - 1;
      lanes[lane]?.push(jump);
      const x = this.side() + LANE * lane;
      this.passed.set(jump.k, new Array<number>(jump.last - jump.first - 1).fill(x));
    }
  }

  private reach(k: number): { first: number; last: number } {
    const { from, to } = this.joints[k] as Joint;
    const rank = (block: number, none: number): number =>
      this.rank.get(this.runOf.get(block) as Run) ?? none;
    return { first: rank(from, -1), last: rank(to, this.ranks) };
  }

  /** Right of everything on the spine. */
  private side(): number {
    return Math.max(0, ...this.inside.map((run) => run.right)) + 14;
  }

  /** Inputs and outputs stand over the lane of their line, else close to the spine. */
  private spread(ports: readonly Run[], input: boolean): void {
    const near = ports.filter((port) => this.lane(port, input) === null);
    near.forEach((port, k) => {
      const wide = Math.max(PORTS, 2 * Math.max(...near.map((one) => one.left)) + 10);
      this.x.set(port, (k - (near.length - 1) / 2) * (near.length > 1 ? wide : 0));
    });
    let least = this.side();
    for (const port of ports) {
      const lane = this.lane(port, input);
      if (lane === null) continue;
      const clear = Math.max(lane, least + (port.left > PORTS ? port.left : 0));
      this.x.set(port, clear);
      least = clear + (port.left > PORTS ? port.right + 10 : 1);
    }
  }

  private lane(port: Run, input: boolean): number | null {
    const block = port.blocks[0];
    const lines = this.span.lines.filter((k) => this.joints[k]?.[input ? "from" : "to"] === block);
    const jumps = lines.map((k) => this.passed.get(k)?.[0]);
    return jumps.length && jumps.every((x) => x !== undefined) ? (jumps[0] as number) : null;
  }
}
