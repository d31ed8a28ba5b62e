/** A long column broken into several, side by side, as text is: it fits a window and can be overlooked. */
import { type Block, inX, type Joint, outX, type Placed, type Station, swing } from "./place.ts";

/** Columns of at most a dozen blocks stay whole unless they are very tall, and short ones in any case. */
const DOZEN = 12;
const TALL = 1300;
const VERY_TALL = 4000;
/** How much wider than tall the whole should be. */
const WIDE = 1.5;
const REST = 0.3;
const GUTTER = 34;
const TURN = 26;

export interface Column {
  readonly blocks: readonly Block[];
  readonly joints: readonly Joint[];
  readonly cuts: readonly number[];
  readonly heads: number;
  readonly tails: number;
}

export function wrapped(placed: Placed, column: Column): Placed {
  const bounds = bodyOf(column);
  const [first, last] = bounds;
  const few = last - first <= DOZEN;
  if (placed.height < (few ? VERY_TALL : TALL)) return placed;
  const breaks = breaksOf(placed, column, first, last);
  return breaks.length ? new Wrapping(placed, column, bounds, breaks).placed() : placed;
}

/** The blocks that are set in columns: a single input stays above them, a single output below. */
function bodyOf({ blocks, cuts, heads, tails }: Column): readonly [number, number] {
  const cut = new Set(cuts);
  const count = blocks.length;
  const first = heads === 1 && cut.has(1) ? 1 : 0;
  const last = tails === 1 && cut.has(count - 2) && cut.has(count - 1) ? count - 1 : count;
  return [first, last];
}

/** The first block of each column but the first. A column can end where two cuts follow one another. */
function breaksOf(placed: Placed, { cuts }: Column, first: number, last: number): number[] {
  const cut = new Set(cuts);
  const top = (block: number): number => placed.at[block]?.y ?? placed.height;
  const height = top(last) - top(first);
  const count = Math.round(Math.sqrt((WIDE * height) / (placed.left + placed.right)));
  const found: number[] = [];
  let start = top(first);
  for (let block = first + 1; block < last; block += 1) {
    const can = cut.has(block) && cut.has(block - 1);
    if (can && top(block) - start >= height / count) {
      found.push(block);
      start = top(block);
    }
  }
  // A short rest is not worth a column.
  const rest = top(last) - start;
  return rest < (REST * height) / count ? found.slice(0, -1) : found;
}

class Wrapping {
  private readonly starts: readonly number[];
  private readonly sides: { left: number; right: number; height: number }[];
  private readonly axes: number[] = [];
  private readonly top: number;
  private readonly tallest: number;

  constructor(
    private readonly old: Placed,
    private readonly column: Column,
    private readonly bounds: readonly [number, number],
    breaks: readonly number[],
  ) {
    this.starts = [bounds[0], ...breaks];
    this.sides = this.starts.map((_, k) => this.side(k));
    this.tallest = Math.max(...this.sides.map((one) => one.height));
    const width = this.sides.reduce((sum, one) => sum + one.left + one.right, 0);
    let x = -(width + GUTTER * breaks.length) / 2;
    for (const { left, right } of this.sides) {
      this.axes.push(x + left);
      x += left + right + GUTTER;
    }
    const head = bounds[0] === 1 ? (column.blocks[0] as Block) : null;
    const above = head ? head.height + head.foot + swing(Math.abs(this.axes[0] as number)) : 0;
    this.top = above + TURN;
  }

  placed(): Placed {
    const { blocks } = this.column;
    const end = this.top + this.tallest + TURN;
    const out = end + swing(Math.abs(this.axes.at(-1) as number)) - TURN;
    const at = this.old.at.map(({ x, y }, block) => {
      const k = this.columnOf(block);
      if (k !== null) return { x: x + (this.axes[k] as number), y: y - this.from(k) + this.top };
      return { x: 0, y: block < this.bounds[0] ? 0 : out };
    });
    const tail = this.bounds[1] < blocks.length ? (blocks.at(-1) as Block) : null;
    const reach = -(this.axes[0] as number) + (this.sides[0] as { left: number }).left;
    return {
      at,
      lines: this.old.lines.map((stations, k) => this.line(k, stations, at, end)),
      left: reach,
      right: (this.axes.at(-1) as number) + (this.sides.at(-1) as { right: number }).right,
      height: tail ? out + tail.height + tail.foot : end,
    };
  }

  private columnOf(block: number): number | null {
    if (block < this.bounds[0] || block >= this.bounds[1]) return null;
    return this.starts.findLastIndex((start) => start <= block);
  }

  /** Where a column began before it was moved. */
  private from(k: number): number {
    return this.old.at[this.starts[k] as number]?.y ?? 0;
  }

  /** How far a column reaches on both sides of its axis, its lines included. */
  private side(k: number): { left: number; right: number; height: number } {
    const [start, end] = [this.starts[k] as number, this.starts[k + 1] ?? this.bounds[1]];
    let [left, right, bottom] = [0, 0, 0];
    for (let block = start; block < end; block += 1) {
      const { x, y } = this.old.at[block] as { x: number; y: number };
      const one = this.column.blocks[block] as Block;
      left = Math.max(left, one.left - x);
      right = Math.max(right, one.right + x);
      bottom = Math.max(bottom, y + one.height + one.foot);
    }
    this.column.joints.forEach(({ from, to }, joint) => {
      if (from < start || to >= end) return;
      for (const { x } of this.old.lines[joint] as readonly Station[]) {
        left = Math.max(left, 6 - x);
        right = Math.max(right, 6 + x);
      }
    });
    return { left, right, height: bottom - this.from(k) };
  }

  private line(
    k: number,
    stations: readonly Station[],
    at: readonly { x: number; y: number }[],
    end: number,
  ): Station[] {
    const { from, out, to, into } = this.column.joints[k] as Joint;
    const [a, b] = [this.columnOf(from), this.columnOf(to)];
    if (a !== null && a === b) return this.moved(stations, a);
    const [tail, head] = [this.column.blocks[from] as Block, this.column.blocks[to] as Block];
    const [start, goal] = [at[from], at[to]] as [
      { x: number; y: number },
      { x: number; y: number },
    ];
    const leaves = start.y + tail.height;
    const x = start.x + outX(tail, out);
    const last = { x: goal.x + inX(head, into), top: goal.y, end: goal.y };
    if (b === null) return [{ x, top: leaves, end: end - TURN }, last];
    if (a === null) {
      const clear = { ...last, top: goal.y - TURN };
      return [{ x, top: leaves, end: leaves + tail.foot }, clear];
    }
    const gutter =
      (this.axes[a] as number) + (this.sides[a] as { right: number }).right + GUTTER / 2;
    const [low, high] = [this.top + this.tallest + 6, this.top - 9];
    return [
      { x, top: leaves, end: low },
      { x: gutter, top: low, end: high },
      { ...last, top: high },
    ];
  }

  private moved(stations: readonly Station[], k: number): Station[] {
    const [dx, dy] = [this.axes[k] as number, this.top - this.from(k)];
    return stations.map(({ x, top, end }) => ({ x: x + dx, top: top + dy, end: end + dy }));
  }
}
