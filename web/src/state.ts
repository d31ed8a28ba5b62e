/** What the reader has chosen: which groups are open, what is selected, what colours mean. */
import type { Measure } from "./colouring.ts";
import { above, type Network, type Node } from "./model.ts";
import type { Sizes } from "./shapes.ts";

export interface Settings {
  measure: Measure;
  sizes: Sizes;
  table: boolean;
  every: boolean;
}

export type Change = "open" | "chosen" | "look" | "table";
type Listener = (change: Change) => void;

export class State {
  readonly open = new Set<Node>();
  readonly settings: Settings = { measure: "family", sizes: "symbols", table: false, every: false };
  private node: Node | null = null;
  private readonly listeners: Listener[] = [];

  constructor(readonly network: Network) {}

  get chosen(): Node | null {
    return this.node;
  }

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }

  isOpen = (node: Node): boolean => this.open.has(node);
  /** Whether a node is drawn as one box. */
  isBox = (node: Node): boolean => !this.open.has(node);

  choose(node: Node | null): void {
    if (node === this.node) return;
    this.node = node;
    this.tell("chosen");
  }

  set(settings: Partial<Settings>): void {
    Object.assign(this.settings, settings);
    this.tell("measure" in settings || "sizes" in settings ? "look" : "table");
  }

  toggle(node: Node): void {
    if (node.op) return;
    if (!this.open.delete(node)) this.open.add(node);
    this.tell("open");
  }

  /** Open or close every group that is of the kind of this one. */
  ofKind(node: Node, opened: boolean): number {
    const kind = kindOf(node);
    const found = this.network.nodes.filter((one) => !one.op && kindOf(one) === kind);
    return this.change(found, opened);
  }

  /** Open or close groups; a group that opens is shown, so those around it open too. */
  change(nodes: readonly Node[], opened: boolean): number {
    const before = this.open.size;
    for (const node of nodes) {
      if (!opened) this.open.delete(node);
      else for (const one of [node, ...above(node)]) this.open.add(one);
    }
    if (this.open.size !== before) this.tell("open");
    return nodes.length;
  }

  /** Open one level more wherever something closed is shown, or close the innermost open groups. */
  deeper(): void {
    this.change(
      this.shown().filter((node) => !node.op && !this.open.has(node)),
      true,
    );
  }

  shallower(): void {
    const open = [...this.open].filter((node) => this.isShown(node));
    this.change(
      open.filter((node) => node.children.every((child) => !this.open.has(child))),
      false,
    );
  }

  /** Make a node visible: open the groups around it. */
  reveal(node: Node): void {
    const hidden = [...above(node)].filter((one) => !this.open.has(one));
    if (hidden.length) this.change(hidden, true);
  }

  replace(open: Iterable<Node>): void {
    this.open.clear();
    for (const node of open) this.open.add(node);
    this.tell("open");
  }

  isShown(node: Node): boolean {
    for (const one of above(node)) if (!this.open.has(one)) return false;
    return true;
  }

  /** Every node that is drawn, open groups before what is in them. */
  shown(): Node[] {
    const found: Node[] = [];
    const walk = (node: Node): void => {
      for (const child of node.children) {
        found.push(child);
        if (this.open.has(child)) walk(child);
      }
    };
    walk(this.network.root);
    return found;
  }
}

/** Groups of one kind open together: uses of a block, repeats of one, groups of one name. */
export const kindOf = (node: Node): string => `${node.form} ${node.kind}`;

/** The groups that are open at first: what holds most of the network, and rows that stay short. */
export function firstOpen({ root, nodes, data }: Network): Node[] {
  const groups = nodes.filter((node) => !node.op);
  if (data.level > 2) return groups;
  if (data.level > 1) return groups.filter((node) => node.children.some((child) => !child.op));
  const most = data.level === 0 ? 1 : EASY;
  const found: Node[] = [];
  let row = root.children.filter((node) => !node.op);
  let count = root.children.length;
  while (row.length) {
    const large = row.filter((node) => node.last - node.first > (root.last - root.first) * 0.6);
    const all = row.reduce((sum, node) => sum + node.children.length - 1, count);
    const opened = all <= most ? row : large;
    found.push(...opened);
    count =
      opened === row ? all : opened.reduce((sum, node) => sum + node.children.length - 1, count);
    row = opened.flatMap((node) => node.children.filter((child) => !child.op));
  }
  return found;
}

/** Boxes that are easily looked over. */
const EASY = 14;
