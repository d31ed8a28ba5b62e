/** The address keeps what is open, chosen and looked at, so that it can be sent and reloaded. */
import type { Camera } from "./camera.ts";
import { MEASURES, type Measure } from "./colouring.ts";
import type { Network, Node } from "./model.ts";
import type { State } from "./state.ts";

/** Letters that stand for themselves; others are escaped, as are those that have a meaning here. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[()*~!']/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

/** The open groups as a tree: `a(b,c)`; `*(...)` where all groups of a group look alike. */
export function written(root: Node, isOpen: (node: Node) => boolean): string {
  const groups = root.children.filter((child) => !child.op);
  const inner = groups.map((child) => (isOpen(child) ? written(child, isOpen) : null));
  const [first] = inner;
  if (groups.length > 1 && first !== null && inner.every((one) => one === first))
    return `(*${first})`;
  const open = groups.flatMap((child, k) => (inner[k] === null ? [] : [name(child) + inner[k]]));
  return open.length ? `(${open.join(",")})` : "";
}

/** A name, with its place where a sibling has the same. */
const name = (node: Node): string => {
  const twins = node.parent?.children.filter((one) => one.name === node.name) ?? [];
  return escaped(node.name) + (twins.length > 1 ? `!${twins.indexOf(node)}` : "");
};

/** The groups that a text says are open; whatever is not understood is left out. */
export function read(root: Node, text: string): Node[] {
  const found: Node[] = [];
  let at = 0;
  inside([root]);
  return found;

  function inside(parents: readonly Node[]): void {
    if (text[at] !== "(") return;
    at += 1;
    while (at < text.length && text[at] !== ")") {
      const start = at;
      while (at < text.length && !"(),".includes(text[at] as string)) at += 1;
      const groups = named(parents, text.slice(start, at));
      found.push(...groups);
      inside(groups);
      if (text[at] === ",") at += 1;
      else if (at === start) return;
    }
    at += 1;
  }
}

function named(parents: readonly Node[], word: string): Node[] {
  const groups = parents.flatMap((one) => one.children.filter((child) => !child.op));
  return word === "*" ? groups : groups.filter((group) => name(group) === word);
}

/** The address for a state. */
export function addressOf(state: State, camera: Camera | null): string {
  const { measure, table, sizes, every } = state.settings;
  const parts = [`open=${written(state.network.root, state.isOpen)}`];
  if (state.chosen) parts.push(`at=${encodeURIComponent(state.chosen.key)}`);
  if (measure !== "family") parts.push(`by=${measure}`);
  if (sizes !== "symbols") parts.push(`sizes=${sizes}`);
  if (table) parts.push(every ? "table=every" : "table=shown");
  if (camera) parts.push(`view=${view(camera)}`);
  return `#${parts.join("&")}`;
}

const view = ({ left, top, scale }: Camera): string =>
  `${Math.round(left)},${Math.round(top)},${scale.toPrecision(4)}`;

/** Take over what an address says; the camera, if it says one. */
export function applied(state: State, hash: string, network: Network): Camera | null {
  const parts = new Map(
    hash
      .replace(/^#/, "")
      .split("&")
      .map((part) => part.split(/=(.*)/s) as [string, string]),
  );
  const open = parts.get("open");
  if (open !== undefined) state.replace(read(network.root, open));
  const measure = parts.get("by") as Measure;
  const table = parts.get("table");
  state.set({
    measure: MEASURES.includes(measure) ? measure : "family",
    sizes: parts.get("sizes") === "numbers" ? "numbers" : "symbols",
    table: table !== undefined,
    every: table === "every",
  });
  state.choose(network.byKey.get(decoded(parts.get("at") ?? "")) ?? null);
  const [left, top, scale] = (parts.get("view") ?? "").split(",").map(Number);
  const finite = [left, top, scale].every(Number.isFinite) && (scale as number) > 0;
  return finite ? { left: left as number, top: top as number, scale: scale as number } : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
