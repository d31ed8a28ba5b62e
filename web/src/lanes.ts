/** The layout of a tangle too large for dagre: one column, and lines that jump in lanes beside it. */
import { type Block, inX, type Joint, outX, type Point, type Station } from "./place.ts";
import type { Span, Tangle } from "./tangle.ts";

const LANE = 10;
const GAP = 22;

export function lanes(blocks: readonly Block[], joints: readonly Joint[], span: Span): Tangle {
  const tops = new Map<number, number>();
  let [y, left, right] = [GAP, 0, 0];
  for (const one of span.inner) {
    const block = blocks[one] as Block;
    tops.set(one, y);
    y += block.height + block.foot + GAP;
    left = Math.max(left, block.left);
    right = Math.max(right, block.right);
  }
  const spots = lanesOf(joints, span);
  const lines = span.lines.map((k, n) => {
    const { from, out, to, into } = joints[k] as Joint;
    const [tail, head] = [blocks[from] as Block, blocks[to] as Block];
    const leaves = from === span.start ? -tail.foot : (tops.get(from) as number) + tail.height;
    const arrives = to === span.end ? y : (tops.get(to) as number);
    const first: Station = { x: outX(tail, out), top: leaves, end: leaves + tail.foot };
    const last: Station = { x: inX(head, into), top: arrives, end: arrives };
    const lane = spots[n] as number;
    if (lane < 0) return [first, last];
    const x = right + LANE * (lane + 1);
    return [first, { x, top: first.end + GAP, end: arrives - GAP }, last];
  });
  const most = Math.max(-1, ...spots) + 2;
  const at = span.inner.map((one) => [one, { x: 0, y: tops.get(one) as number } as Point] as const);
  return { at, lines, left, right: right + LANE * most, height: y };
}

/** The lane of each line, -1 where it leads to the next block; a lane is free again where a line ends. */
function lanesOf(joints: readonly Joint[], span: Span): number[] {
  const order = new Map(span.inner.map((one, k) => [one, k] as const));
  const place = (one: number, none: number): number => order.get(one) ?? none;
  const free: number[] = [];
  return span.lines.map((k) => {
    const { from, to } = joints[k] as Joint;
    const [a, b] = [place(from, -1), place(to, span.inner.length)];
    if (b === a + 1) return -1;
    const found = free.findIndex((until) => until <= a);
    const lane = found < 0 ? free.length : found;
    free[lane] = b;
    return lane;
  });
}
