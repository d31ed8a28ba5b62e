/** Everything that is shown, in its place: boxes, frames and lines of the open groups. */
import { HEAD, type Laid } from "./layout.ts";
import { type Link, type Node, push, type Wiring } from "./model.ts";
import type { Station } from "./place.ts";
import { heading, type Shape, type Shapes } from "./shapes.ts";

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A box: an op, a closed group, or an input or output of the network (`node` is null). */
export interface Box extends Area {
  readonly node: Node | null;
  readonly end: number;
  readonly input: boolean;
  readonly axis: number;
  readonly shape: Shape;
  /** How many open groups are around it. */
  readonly depth: number;
}

export interface Frame extends Area {
  readonly node: Node;
  readonly depth: number;
}

/** A line of a group that starts at (`dx`, `dy`). */
export interface Line {
  readonly group: Node;
  readonly link: number;
  readonly stations: readonly Station[];
  readonly dx: number;
  readonly dy: number;
  readonly skip: boolean;
  /** Whether it ends at a box; at a border it goes on. */
  readonly tip: boolean;
}

export interface Scene {
  readonly boxes: Box[];
  readonly frames: Frame[];
  readonly lines: Line[];
  readonly area: Area;
  readonly box: Map<Node, Box>;
  readonly frame: Map<Node, Frame>;
}

/** Draw a layout of the whole network out. `isSkip` tells which links jump over others. */
export function sceneOf(
  root: Node,
  laid: Laid,
  shapes: Shapes,
  isSkip: (group: Node, link: number) => boolean,
): Scene {
  const area = { x: -laid.left, y: 0, width: laid.left + laid.right, height: laid.height };
  const scene: Scene = { boxes: [], frames: [], lines: [], area, box: new Map(), frame: new Map() };
  open(root, laid, 0, 0, 0, new Set());
  return scene;

  /** Draw what is in a group; what comes in at the ports of `skips` jumped over something outside. */
  function open(
    group: Node,
    at: Laid,
    x: number,
    y: number,
    depth: number,
    skips: ReadonlySet<number>,
  ): void {
    const ins = group.wiring?.ins ?? 0;
    if (!group.parent) ends(group, at, ins);
    const jumped = new Map<number, number[]>();
    at.lines.forEach((stations, link) => {
      const { from, out, to, into } = (group.wiring as Wiring).links[link] as Link;
      const tip = to < 0 ? group.parent === null : at.inner[to] === null;
      const skip = isSkip(group, link) || (from < 0 && skips.has(out));
      if (skip && to >= 0) push(jumped, to, into);
      scene.lines.push({ group, link, stations, dx: x, dy: y, skip, tip });
    });
    group.children.forEach((child, k) => {
      const spot = at.at[ins + k] as { x: number; y: number };
      const inner = at.inner[k];
      if (inner) frame(child, inner, x + spot.x, y + spot.y, depth + 1, new Set(jumped.get(k)));
      else box(child, x + spot.x, y + spot.y, depth);
    });
  }

  function frame(
    node: Node,
    inner: Laid,
    x: number,
    y: number,
    depth: number,
    skips: ReadonlySet<number>,
  ): void {
    const { left, right, height } = inner.block;
    const found = { node, depth, x: x - left, y, width: left + right, height };
    scene.frames.push(found);
    scene.frame.set(node, found);
    open(node, inner, x, y + (node.wiring?.ins ? 0 : HEAD), depth, skips);
  }

  function box(node: Node, axis: number, y: number, depth: number): void {
    const shape = shapes.of(node);
    const found = { ...placed(shape, axis, y), node, end: -1, input: false, depth };
    scene.boxes.push(found);
    scene.box.set(node, found);
  }

  function ends(group: Node, at: Laid, ins: number): void {
    const last = ins + group.children.length;
    at.at.forEach((spot, k) => {
      const input = k < ins;
      if (!input && k < last) return;
      const end = input ? k : k - last;
      const shape = shapes.end(end, input);
      scene.boxes.push({ ...placed(shape, spot.x, spot.y), node: null, end, input, depth: 0 });
    });
  }
}

function placed(
  shape: Shape,
  axis: number,
  y: number,
): Omit<Box, "node" | "end" | "input" | "depth"> {
  return { shape, axis, x: axis - shape.half, y, width: 2 * shape.half, height: shape.height };
}

export const meets = (a: Area, b: Area): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The room of a line, a little larger than it is. */
export function reachOf({ stations, dx, dy }: Line): Area {
  let [left, right, top, end] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const one of stations) {
    left = Math.min(left, one.x);
    right = Math.max(right, one.x);
    top = Math.min(top, one.top, one.end);
    end = Math.max(end, one.top, one.end);
  }
  const more = 16;
  const size = { width: right - left + 2 * more, height: end - top + 2 * more };
  return { x: dx + left - more, y: dy + top - more, ...size };
}

/** The line as a path: straight along the ranks, in a curve between them; up again to a new column. */
export function pathOf({ stations, dx, dy }: Line, curved = true): string {
  let path = "";
  let [x, y, down] = [0, 0, true];
  stations.forEach((station, k) => {
    const [nx, top, end] = [n(station.x + dx), n(station.top + dy), n(station.end + dy)];
    const still = Math.abs(end - top) < 1;
    const on = still ? down : end > top;
    if (k === 0) path = `M${nx} ${top}`;
    else if (!curved || (nx === x && on === down)) path += `L${nx} ${top}`;
    else path += curve(x, y, nx, top, down, on);
    if (!still) path += `V${end}`;
    [x, y, down] = [nx, still ? top : end, on];
  });
  return path;
}

/** A swing between two ranks, or a turn where the line goes on the other way. */
function curve(x: number, y: number, nx: number, ny: number, down: boolean, on: boolean): string {
  const turn = down ? 18 : -18;
  const middle = n((y + ny) / 2);
  const [a, b] = down === on ? [middle, middle] : [y + turn, ny + turn];
  return `C${x} ${a} ${nx} ${b} ${nx} ${ny}`;
}

const n = (value: number): number => Math.round(value * 10) / 10;

/** The topmost thing at a point: a box, or the heading of a frame. */
export function hit(scene: Scene, x: number, y: number): Box | Frame | null {
  const inside = (one: Area, height: number): boolean =>
    x >= one.x && x <= one.x + one.width && y >= one.y && y <= one.y + height;
  const box = scene.boxes.find((one) => inside(one, one.height));
  if (box) return box;
  return scene.frames.findLast((one) => inside(one, HEAD)) ?? null;
}

/** What a screen reader says of a group's heading. */
export const spoken = (node: Node): string => heading(node).filter(Boolean).join(", ");
