/**
 * The layout of one group: blocks in execution order, one below the other on an axis.
 *
 * Where every way leads through one block, the drawing can be cut there. The cuts stand on the axis,
 * and only what lies between two of them has to be laid out as a graph, which is seldom much: so a
 * network of ten thousand ops is a column of small tangles, and equal ones are laid out once.
 */
import {
  type Block,
  inX,
  type Joint,
  outX,
  type Placed,
  type Point,
  type Station,
  swing,
} from "./place.ts";
import { type Tangle, tangle } from "./tangle.ts";
import { wrapped } from "./wrap.ts";

/** Blocks `0..heads-1` are the group's inputs, the last `tails` its outputs. */
export function column(
  blocks: readonly Block[],
  joints: readonly Joint[],
  heads: number,
  tails: number,
): Placed {
  const stack = new Stack(blocks, joints);
  const cuts = cutsOf(blocks.length, joints, heads, tails);
  let before = -1;
  for (const cut of [...cuts, blocks.length]) {
    stack.between(before, cut, heads, blocks.length - tails);
    if (cut < blocks.length) stack.put(cut);
    before = cut;
  }
  return wrapped(stack.placed(), { blocks, joints, cuts, heads, tails });
}

/** The blocks that no line passes by. Several inputs stand side by side, as several outputs do. */
function cutsOf(count: number, joints: readonly Joint[], heads: number, tails: number): number[] {
  const reach = new Array<number>(count).fill(0);
  for (const { from, to } of joints) reach[from] = Math.max(reach[from] as number, to);
  const found: number[] = [];
  let far = 0;
  for (let k = 0; k < count; k += 1) {
    const beside = (heads > 1 && k < heads) || (tails > 1 && k >= count - tails);
    if (far <= k && !beside) found.push(k);
    far = Math.max(far, reach[k] as number);
  }
  return found;
}

class Stack {
  private readonly at: Point[];
  private readonly lines: Station[][];
  private readonly within = new Map<number, number[]>();
  private y = 0;
  private left = 0;
  private right = 0;

  constructor(
    private readonly blocks: readonly Block[],
    private readonly joints: readonly Joint[],
  ) {
    this.at = blocks.map(() => ({ x: 0, y: 0 }));
    this.lines = joints.map(() => []);
    joints.forEach(({ from }, k) => {
      const found = this.within.get(from);
      if (found) found.push(k);
      else this.within.set(from, [k]);
    });
  }

  /** Put a block on the axis. */
  put(number: number): void {
    const block = this.blocks[number] as Block;
    this.at[number] = { x: 0, y: this.y };
    this.reach(block.left, block.right);
    this.y += block.height + block.foot;
  }

  /** Lay out what lies between two cuts: nothing but lines, or a tangle. */
  between(before: number, cut: number, heads: number, tails: number): void {
    const inner = Array.from({ length: cut - before - 1 }, (_, k) => before + 1 + k);
    const start = before < 0 ? null : before;
    const end = cut < this.blocks.length ? cut : null;
    const from = start === null ? inner : [start, ...inner];
    const lines = from.flatMap((one) => this.within.get(one) ?? []);
    if (inner.length === 0) this.straight(lines);
    else {
      const roles = { first: (k: number) => k < heads, last: (k: number) => k >= tails };
      this.insert(tangle(this.blocks, this.joints, { inner, start, end, lines }, roles), lines);
    }
  }

  placed(): Placed {
    return { at: this.at, lines: this.lines, left: this.left, right: this.right, height: this.y };
  }

  private straight(lines: readonly number[]): void {
    const gap = Math.max(0, ...lines.map((k) => this.sideways(this.joints[k] as Joint)));
    const y = this.y;
    if (lines.length) this.y += swing(gap);
    for (const k of lines) {
      const { from, out, to, into } = this.joints[k] as Joint;
      const tail = this.blocks[from] as Block;
      this.lines[k] = [
        { x: outX(tail, out), top: y - tail.foot, end: y },
        { x: inX(this.blocks[to] as Block, into), top: this.y, end: this.y },
      ];
    }
  }

  private sideways({ from, out, to, into }: Joint): number {
    return Math.abs(outX(this.blocks[from] as Block, out) - inX(this.blocks[to] as Block, into));
  }

  private insert(found: Tangle, lines: readonly number[]): void {
    for (const [number, point] of found.at) {
      this.at[number] = { x: point.x, y: point.y + this.y };
    }
    lines.forEach((k, n) => {
      const stations = found.lines[n] as readonly Station[];
      this.lines[k] = stations.map(({ x, top, end }) => ({
        x,
        top: top + this.y,
        end: end + this.y,
      }));
    });
    this.reach(found.left, found.right);
    this.y += found.height;
  }

  private reach(left: number, right: number): void {
    this.left = Math.max(this.left, left);
    this.right = Math.max(this.right, right);
  }
}
