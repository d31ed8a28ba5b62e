/** What feeds what: hops followed across the borders of groups, and the links passed on the way. */
import type { Link, Node } from "./model.ts";

/** A link in its place: the group it is in, and its number there. */
export interface Step {
  readonly group: Node;
  readonly link: number;
}

/** What a node's values come from or go to. `ends` are numbers of the network's inputs or outputs. */
export interface Trace {
  readonly nodes: readonly Node[];
  readonly ends: readonly number[];
  readonly steps: readonly Step[];
}

/** Where to stop: at ops alone, or at groups that are drawn closed as well. */
export type Stop = (node: Node) => boolean;

interface Side {
  readonly links: (group: Node, child: number) => readonly number[];
  readonly near: (link: Link) => readonly [number, number];
  readonly far: (link: Link) => readonly [number, number];
}

const AHEAD: Side = {
  links: (group, child) => group.wiring?.after.get(child) ?? [],
  near: (link) => [link.from, link.out],
  far: (link) => [link.to, link.into],
};

const BACK: Side = {
  links: (group, child) => group.wiring?.before.get(child) ?? [],
  near: (link) => [link.to, link.into],
  far: (link) => [link.from, link.out],
};

export const consumers = (node: Node, stop: Stop): Trace => trace(AHEAD, node, stop);
export const producers = (node: Node, stop: Stop): Trace => trace(BACK, node, stop);

/** The ops that an input (or output) of the network feeds (or is fed by). */
export function atEnd(root: Node, port: number, input: boolean, stop: Stop): Trace {
  const found = new Tracing(input ? AHEAD : BACK, stop);
  found.inside(root, port);
  return found;
}

function trace(side: Side, node: Node, stop: Stop): Trace {
  const found = new Tracing(side, stop);
  if (node.parent) found.from(node.parent, node.place, null);
  return found;
}

class Tracing implements Trace {
  nodes: Node[] = [];
  ends: number[] = [];
  steps: Step[] = [];
  private readonly seen = new Set<string>();
  private readonly met = new Set<Node>();

  constructor(
    private readonly side: Side,
    private readonly stop: Stop,
  ) {}

  /** Follow what leaves a child of a group, all of it or one port. */
  from(group: Node, child: number, port: number | null): void {
    for (const number of this.side.links(group, child)) {
      const link = group.wiring?.links[number] as Link;
      if (port === null || this.side.near(link)[1] === port) this.along(group, number, link);
    }
  }

  /** Follow what comes in at a port of a group. */
  inside(group: Node, port: number): void {
    this.from(group, -1, port);
  }

  private along(group: Node, number: number, link: Link): void {
    const key = `${group.id}:${number}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.steps.push({ group, link: number });
    const [child, port] = this.side.far(link);
    if (child < 0) this.outside(group, port);
    else this.reach(group.children[child] as Node, port);
  }

  private outside(group: Node, port: number): void {
    if (group.parent) this.from(group.parent, group.place, port);
    else this.ends.push(port);
  }

  private reach(node: Node, port: number): void {
    if (!this.stop(node)) this.inside(node, port);
    else if (!this.met.has(node)) {
      this.met.add(node);
      this.nodes.push(node);
    }
  }
}

export const isOp: Stop = (node) => node.op !== null;
