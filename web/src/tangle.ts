/**
 * What lies between two cuts of a column, laid out by dagre.
 *
 * Runs of blocks that only feed one another are one tall block to dagre, so that they stay straight.
 * From its answer we take the order within ranks and the place across; how far down everything is
 * follows here, so that lines swing sideways in the gaps between ranks only and cross no box.
 */
import type { Answer } from "./answer.ts";
import { arranged } from "./dagre.ts";
import { lanes } from "./lanes.ts";
import { type Block, inX, type Joint, outX, type Point, type Station, swing } from "./place.ts";
import { type Run, runsOf } from "./runs.ts";
import { spined } from "./spine.ts";

/** The blocks between two cuts, the cuts, and the joints that start at one of these. */
export interface Span {
  readonly inner: readonly number[];
  readonly start: number | null;
  readonly end: number | null;
  readonly lines: readonly number[];
}

/** Which blocks have to stand in the first or last rank. */
export interface Roles {
  readonly first: (block: number) => boolean;
  readonly last: (block: number) => boolean;
}

/** Places from the end of the first cut's foot at 0; `lines` in the order of the span's. */
export interface Tangle {
  readonly at: readonly (readonly [number, Point])[];
  readonly lines: readonly (readonly Station[])[];
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

/** More runs than this are not given to dagre, which would take seconds. */
const MOST = 240;
const known = new Map<string, Tangle>();

export function tangle(
  blocks: readonly Block[],
  joints: readonly Joint[],
  span: Span,
  roles: Roles,
): Tangle {
  const zero = span.inner[0] as number;
  const key = fingerprint(blocks, joints, span, roles);
  let found = known.get(key);
  if (!found) {
    found = shifted(solved(blocks, joints, span, roles), -zero);
    known.set(key, found);
  }
  return shifted(found, zero);
}

function shifted(found: Tangle, by: number): Tangle {
  return { ...found, at: found.at.map(([block, point]) => [block + by, point] as const) };
}

/** Equal tangles have equal sizes and joints, counted from their first block. */
function fingerprint(
  blocks: readonly Block[],
  joints: readonly Joint[],
  { inner, start, end, lines }: Span,
  roles: Roles,
): string {
  const zero = inner[0] as number;
  const ends = [start, end].map((one) => (one === null ? null : ports(blocks[one] as Block)));
  const sizes = inner.map((one) => {
    const { left, right, height, foot } = blocks[one] as Block;
    return [
      left,
      right,
      height,
      foot,
      ports(blocks[one] as Block),
      roles.first(one),
      roles.last(one),
    ];
  });
  const wires = lines.map((k) => {
    const { from, out, to, into } = joints[k] as Joint;
    return [from - zero, out, to - zero, into];
  });
  return JSON.stringify([sizes, wires, ends, start !== null && blocks[start]?.foot]);
}

const ports = ({ ins, outs }: Block): unknown => [ins, outs];

function solved(
  blocks: readonly Block[],
  joints: readonly Joint[],
  span: Span,
  roles: Roles,
): Tangle {
  const runs = runsOf(blocks, joints, span, roles);
  const spine = spined(runs, joints, span, roles);
  if (!spine && runs.length > MOST) return lanes(blocks, joints, span);
  const answer = spine ?? arranged(runs, joints, span, roles);
  return new Ranked(blocks, joints, span, runs, answer).tangle();
}

/** Turns the answer of dagre into places. Rank 0 is the first cut, the last one the second. */
class Ranked {
  private readonly runOf = new Map<number, Run>();
  private readonly bands: { top: number; end: number }[] = [];
  private readonly tops = new Map<number, number>();
  private height = 0;

  constructor(
    private readonly blocks: readonly Block[],
    private readonly joints: readonly Joint[],
    private readonly span: Span,
    private readonly runs: readonly Run[],
    private readonly answer: Answer,
  ) {
    for (const run of runs) for (const block of run.blocks) this.runOf.set(block, run);
  }

  tangle(): Tangle {
    this.stack();
    for (const run of this.runs) this.fill(run);
    const at = this.span.inner.map(
      (one) => [one, { x: this.axis(one), y: this.top(one) }] as const,
    );
    const lines = this.span.lines.map((_, n) => this.route(n));
    const xs = [...lines.flat().map((one) => one.x), 0];
    const lefts = at.map(([one, { x }]) => (this.blocks[one] as Block).left - x);
    const rights = at.map(([one, { x }]) => (this.blocks[one] as Block).right + x);
    return {
      at,
      lines,
      left: Math.max(8 - Math.min(...xs), ...lefts),
      right: Math.max(8 + Math.max(...xs), ...rights),
      height: this.height,
    };
  }

  /** The bands of the ranks, and between them the room that lines need to swing. */
  private stack(): void {
    const count = this.answer.ranks;
    const tall = new Array<number>(count).fill(0);
    for (const run of this.runs) {
      const rank = this.answer.rank.get(run) as number;
      tall[rank] = Math.max(tall[rank] as number, run.height);
    }
    const swings = this.swings(count + 1);
    let y = this.span.start === null ? 0 : swing(swings[0] as number);
    for (let rank = 0; rank < count; rank += 1) {
      this.bands.push({ top: y, end: y + (tall[rank] as number) });
      y += tall[rank] as number;
      if (rank < count - 1 || this.span.end !== null) y += swing(swings[rank + 1] as number);
    }
    this.height = y;
  }

  /** How far lines swing sideways before each rank, and after the last. */
  private swings(count: number): number[] {
    const found = new Array<number>(count).fill(0);
    this.span.lines.forEach((_, n) => {
      const { first, xs } = this.across(n);
      for (let k = 1; k < xs.length; k += 1) {
        const gap = first + k;
        const sideways = Math.abs((xs[k] as number) - (xs[k - 1] as number));
        found[gap] = Math.max(found[gap] ?? 0, sideways);
      }
    });
    return found;
  }

  /** The ranks (the first cut is -1) that a line passes, and where across; in a run there are none. */
  private across(n: number): { first: number; xs: number[] } {
    const { from, out, to, into } = this.joints[this.span.lines[n] as number] as Joint;
    const first = this.rank(from);
    const x0 = this.axis(from) + outX(this.blocks[from] as Block, out);
    const x1 = this.axis(to) + inX(this.blocks[to] as Block, into);
    const passed = this.answer.passed.get(this.span.lines[n] as number) ?? [];
    return { first, xs: this.rank(to) === first ? [] : [x0, ...passed, x1] };
  }

  private rank(block: number): number {
    if (block === this.span.start) return -1;
    if (block === this.span.end) return this.answer.ranks;
    return this.answer.rank.get(this.runOf.get(block) as Run) as number;
  }

  private axis(block: number): number {
    const run = this.runOf.get(block);
    return run ? (this.answer.x.get(run) as number) : 0;
  }

  private top(block: number): number {
    return this.tops.get(block) as number;
  }

  /** The blocks of a run, centred in their rank. */
  private fill(run: Run): void {
    const { top, end } = this.bands[this.answer.rank.get(run) as number] as {
      top: number;
      end: number;
    };
    const first = this.answer.high.has(run) ? top : (top + end - run.height) / 2;
    run.blocks.forEach((block, k) => {
      this.tops.set(block, first + (run.tops[k] as number));
    });
  }

  private route(n: number): Station[] {
    const { from, out, to, into } = this.joints[this.span.lines[n] as number] as Joint;
    const [tail, head] = [this.blocks[from] as Block, this.blocks[to] as Block];
    const { first, xs } = this.across(n);
    const leaves = from === this.span.start ? -tail.foot : this.top(from) + tail.height;
    const arrives = to === this.span.end ? this.height : this.top(to);
    const [x0, x1] = [this.axis(from) + outX(tail, out), this.axis(to) + inX(head, into)];
    if (xs.length === 0) {
      return [
        { x: x0, top: leaves, end: leaves + tail.foot },
        { x: x1, top: arrives, end: arrives },
      ];
    }
    const last = first + xs.length - 1;
    return xs.map((x, k) => {
      const band = this.bands[first + k];
      return {
        x,
        top: k === 0 ? leaves : (band?.top ?? arrives),
        end: first + k === last ? arrives : (band?.end ?? 0),
      };
    });
  }
}
