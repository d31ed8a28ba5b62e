/** Asks dagre for the ranks of a tangle, the order in them, and the places across. */
import { Graph, layout } from "@dagrejs/dagre";
import type { Answer } from "./answer.ts";
import { rankOf, shiftsOf } from "./axis.ts";
import type { Joint } from "./place.ts";
import type { Run } from "./runs.ts";
import type { Roles, Span } from "./tangle.ts";

const START = "start";
const END = "end";

interface Spot {
  x: number;
  y: number;
}

export function arranged(
  runs: readonly Run[],
  joints: readonly Joint[],
  span: Span,
  roles: Roles,
): Answer {
  const graph = asked(runs, joints, span, roles);
  layout(graph);
  const spot = (run: number): Spot => graph.node(String(run)) as Spot;
  const levels = [...new Set(runs.map((_, k) => Math.round(spot(k).y)))].sort((a, b) => a - b);
  const rank = new Map(runs.map((run, k) => [run, levels.indexOf(Math.round(spot(k).y))] as const));
  const passed = new Map<number, number[]>();
  for (const edge of graph.edges()) {
    if (edge.name === undefined) continue;
    const points = (graph.edge(edge) as { points: Spot[] }).points;
    const ends = [edge.v, edge.w].map((name, k) =>
      name === START
        ? -1
        : name === END
          ? levels.length
          : (rank.get(runs[Number(name)] as Run) ?? k),
    ) as [number, number];
    passed.set(Number(edge.name), crossings(points, levels, ends));
  }
  const place = (run: number): number => spot(run).x;
  const shift = shiftsOf({ runs, joints, span, rank, ranks: levels.length, passed, place });
  const sign = turned(runs, joints, span, rank, place) ? -1 : 1;
  const x = new Map(
    runs.map((run, k) => [run, sign * (place(k) + shift(rank.get(run) ?? 0))] as const),
  );
  const moved = new Map(
    [...passed].map(([k, xs]) => {
      const first = rankOf(rank, runs, (joints[k] as Joint).from) + 1;
      return [k, xs.map((one, n) => sign * (one + shift(first + n)))] as const;
    }),
  );
  const high = new Set(runs.filter((run) => run.blocks.some(roles.first)));
  return { ranks: levels.length, rank, x, passed: moved, high };
}

/** The graph as dagre takes it. An edge without a name only holds inputs and outputs in place. */
function asked(runs: readonly Run[], joints: readonly Joint[], span: Span, roles: Roles): Graph {
  const graph = new Graph({ directed: true, multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 22, edgesep: 14, ranksep: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  const name = new Map<number, string>();
  for (const end of [START, END]) graph.setNode(end, { width: 2, height: 2 });
  if (span.start !== null) name.set(span.start, START);
  if (span.end !== null) name.set(span.end, END);
  runs.forEach((run, k) => {
    graph.setNode(String(k), { width: 2 * Math.max(run.left, run.right), height: run.height });
    for (const block of run.blocks) name.set(block, String(k));
    if (run.blocks.some(roles.first)) graph.setEdge(START, String(k), { weight: 1000 });
    if (run.blocks.some(roles.last)) graph.setEdge(String(k), END, { weight: 1000 });
  });
  for (const k of span.lines) {
    const { from, to } = joints[k] as Joint;
    const [tail, head] = [name.get(from) as string, name.get(to) as string];
    if (tail !== head) graph.setEdge(tail, head, { weight: 1 }, String(k));
  }
  return graph;
}

/** Where a line crosses the ranks between its ends: dagre gives it a point in each. */
function crossings(
  points: readonly Spot[],
  levels: readonly number[],
  [a, b]: [number, number],
): number[] {
  const found: number[] = [];
  for (let rank = a + 1; rank < b; rank += 1) {
    const level = levels[rank] as number;
    const near = points.reduce((best, one) =>
      Math.abs(one.y - level) < Math.abs(best.y - level) ? one : best,
    );
    found.push(near.x);
  }
  return found;
}

/** Whether the drawing reads better in a mirror: runs in execution order, cells of a concat in theirs. */
function turned(
  runs: readonly Run[],
  joints: readonly Joint[],
  { lines }: Span,
  rank: ReadonlyMap<Run, number>,
  x: (run: number) => number,
): boolean {
  const place = new Map(runs.flatMap((run, k) => run.blocks.map((block) => [block, k] as const)));
  let score = 0;
  runs.forEach((run, k) => {
    const beside = runs.findIndex((one, n) => n > k && rank.get(one) === rank.get(run));
    if (beside > k) score += Math.sign(x(beside) - x(k));
  });
  const arriving = lines.map((k) => joints[k] as Joint).filter(({ from }) => place.has(from));
  for (const one of arriving) {
    const other = arriving.find(({ to, into }) => to === one.to && into === one.into + 1);
    if (other) score += Math.sign(x(place.get(other.from) ?? 0) - x(place.get(one.from) ?? 0));
  }
  return score < 0;
}
