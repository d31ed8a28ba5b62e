/** Runs: blocks of a tangle that only feed one another, one below the other. */
import { type Block, inX, type Joint, outX, swing } from "./place.ts";
import type { Roles, Span } from "./tangle.ts";

/** Blocks on one axis, with the top of each counted from the first one's. */
export interface Run {
  readonly blocks: readonly number[];
  readonly tops: readonly number[];
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

export function runsOf(
  blocks: readonly Block[],
  joints: readonly Joint[],
  span: Span,
  roles: Roles,
): Run[] {
  const after = new Map<number, Set<number>>();
  const before = new Map<number, Set<number>>();
  for (const k of span.lines) {
    const { from, to } = joints[k] as Joint;
    add(after, from, to);
    add(before, to, from);
  }
  const free = new Set(span.inner.filter((one) => !roles.first(one) && !roles.last(one)));
  const next = (one: number): number | null => {
    const [to] = after.get(one) ?? [];
    const alone = after.get(one)?.size === 1 && before.get(to as number)?.size === 1;
    return alone && free.has(one) && free.has(to as number) ? (to as number) : null;
  };
  const taken = new Set<number>();
  const runs: Run[] = [];
  for (const first of span.inner) {
    if (taken.has(first)) continue;
    const chain: number[] = [];
    for (let one: number | null = first; one !== null; one = next(one)) {
      chain.push(one);
      taken.add(one);
    }
    runs.push(stacked(blocks, joints, chain, span.lines));
  }
  return runs;
}

function stacked(
  blocks: readonly Block[],
  joints: readonly Joint[],
  chain: readonly number[],
  lines: readonly number[],
): Run {
  const inside = new Set(chain);
  const inner = chain.length > 1 ? lines.map((k) => joints[k] as Joint) : [];
  const sideways = inner
    .filter(({ from, to }) => inside.has(from) && inside.has(to))
    .map(({ from, out, to, into }) =>
      Math.abs(outX(blocks[from] as Block, out) - inX(blocks[to] as Block, into)),
    );
  const gap = swing(Math.max(0, ...sideways));
  const tops: number[] = [];
  let [left, right, y] = [0, 0, -gap];
  for (const one of chain) {
    const block = blocks[one] as Block;
    y += gap;
    tops.push(y);
    y += block.height + block.foot;
    left = Math.max(left, block.left);
    right = Math.max(right, block.right);
  }
  return { blocks: chain, tops, left, right, height: y };
}

function add(map: Map<number, Set<number>>, key: number, value: number): void {
  const found = map.get(key);
  if (found) found.add(value);
  else map.set(key, new Set([value]));
}
