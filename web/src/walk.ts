/** Where the arrow keys lead: along the data, and across to what stands beside. */
import type { Node } from "./model.ts";
import type { State } from "./state.ts";
import { atEnd, consumers, producers } from "./trace.ts";
import type { View } from "./view.ts";

export type Way = "down" | "up" | "left" | "right" | "out" | "first" | "last";

export function next(state: State, view: View, from: Node | null, way: Way): Node | null {
  const { root } = state.network;
  if (way === "first" || !from || !state.isShown(from)) return start(state) ?? null;
  if (way === "last") return atEnd(root, 0, false, state.isBox).nodes[0] ?? null;
  if (way === "out") return from.parent?.parent ? from.parent : null;
  if (way === "left" || way === "right") return beside(view, from, way);
  if (way === "up") return nearest(producers(from, state.isBox).nodes);
  return state.isOpen(from) ? entrance(state, from) : nearest(consumers(from, state.isBox).nodes);
}

function start(state: State): Node | undefined {
  const { root } = state.network;
  return atEnd(root, 0, true, state.isBox).nodes[0] ?? root.children[0];
}

/** The first box inside an open group. */
function entrance(state: State, group: Node): Node {
  let node = group;
  while (state.isOpen(node) && node.children[0]) node = node.children[0];
  return node;
}

/** Of several, the one that comes first: the main way, not the skip. */
const nearest = (nodes: readonly Node[]): Node | null =>
  nodes.reduce<Node | null>((best, one) => (best && best.id < one.id ? best : one), null);

/** The closest box to the left or right that overlaps in height, else nothing. */
function beside(view: View, from: Node, way: "left" | "right"): Node | null {
  const here = view.areaOf(from);
  if (!here) return null;
  const sign = way === "left" ? -1 : 1;
  const middle = here.x + here.width / 2;
  let best: Node | null = null;
  let closest = Number.POSITIVE_INFINITY;
  for (const box of view.scene.boxes) {
    const apart = sign * (box.x + box.width / 2 - middle);
    const level = box.y < here.y + here.height && here.y < box.y + box.height;
    if (!box.node || !level || apart < 1 || apart >= closest) continue;
    [best, closest] = [box.node, apart];
  }
  return best;
}
