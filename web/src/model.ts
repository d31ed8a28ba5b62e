/** The network as the page works with it: every op and group in its place, built from shared parts. */
import type { GroupRow, Ints, LeafRow, OpRow, Packed } from "./packed.ts";

/** One hop between two children of a group; child -1 is the group's own border. */
export interface Link {
  readonly from: number;
  readonly out: number;
  readonly to: number;
  readonly into: number;
}

export interface Op {
  readonly name: string;
  readonly words: string;
  readonly family: string;
  readonly form: "box" | "merge" | "concat";
  readonly settings: string;
  readonly cells: readonly string[];
  readonly ports: readonly string[];
}

/** How the children of a group are joined, shared by all groups of equal inside. */
export interface Wiring {
  readonly links: readonly Link[];
  readonly after: ReadonlyMap<number, readonly number[]>;
  readonly before: ReadonlyMap<number, readonly number[]>;
  readonly ins: number;
  readonly outs: number;
}

export interface Costs {
  readonly params: number;
  readonly macs: number;
  readonly bytes: number;
}

/** An op (`op` is set) or a group (`wiring` is set) in its place. `id` counts in execution order. */
export interface Node extends Costs {
  readonly id: number;
  readonly part: number;
  readonly name: string;
  readonly path: string;
  readonly key: string;
  readonly parent: Node | null;
  readonly place: number;
  readonly first: number;
  readonly last: number;
  readonly children: readonly Node[];
  readonly op: Op | null;
  readonly ins: Ints;
  readonly outs: Ints;
  readonly wiring: Wiring | null;
  readonly kind: string;
  readonly words: string;
  readonly form: "op" | "block" | "repeat" | "group" | "root";
  readonly file: number;
  readonly line: number;
  readonly flags: number;
}

export interface Network {
  readonly data: Packed;
  readonly root: Node;
  readonly nodes: readonly Node[];
  readonly byKey: ReadonlyMap<string, Node>;
}

type Mutable = { -readonly [K in keyof Node]: Node[K] } & { children: Node[] };

export function unpack(data: Packed): Network {
  const nodes: Node[] = [];
  const byKey = new Map<string, Node>();
  const ops = data.ops.map(opOf);
  const wirings = new Map<number, Wiring>();
  let leaves = 0;

  const isGroup = (row: LeafRow | GroupRow): row is GroupRow => typeof row[0] !== "number";

  function make(name: string, part: number, parent: Node, place: number): Node {
    const row = data.parts[part] as LeafRow | GroupRow;
    const path = parent.path ? `${parent.path}.${name}` : name;
    const node = blank(nodes.length, part, name, path, parent, place, leaves);
    node.key = unused(byKey, path);
    nodes.push(node);
    byKey.set(node.key, node);
    if (isGroup(row)) openGroup(node, row);
    else fillLeaf(node, row);
    node.last = leaves;
    return node;
  }

  function openGroup(node: Mutable, row: GroupRow): void {
    [node.kind, node.words, node.form, node.file, node.line, node.flags] = [
      row[4],
      row[5],
      row[6],
      row[7],
      row[8],
      row[9],
    ];
    let wiring = wirings.get(node.part);
    if (!wiring) {
      wiring = wire(row[1], row[2], row[3]);
      wirings.set(node.part, wiring);
    }
    node.wiring = wiring;
    fill(node, row[0]);
    [node.ins, node.outs] = typesOf(node, wiring);
  }

  function fillLeaf(node: Mutable, row: LeafRow): void {
    leaves += 1;
    const op = ops[row[0]] as Op;
    node.op = op;
    [node.ins, node.outs, node.params, node.macs, node.bytes] = [
      row[1],
      row[2],
      row[3],
      row[4],
      row[5],
    ];
    [node.file, node.line, node.flags] = [row[6], row[7], row[8]];
    node.kind = op.name;
    node.words = op.words;
  }

  function fill(node: Mutable, children: readonly (string | number)[]): void {
    for (let k = 0; k < children.length; k += 2) {
      const child = make(String(children[k]), children[k + 1] as number, node, k / 2);
      node.children.push(child);
      node.params += child.params;
      node.macs += child.macs;
      node.bytes += child.bytes;
    }
  }

  const root = blank(-1, -1, data.name, "", null, 0, 0);
  root.form = "root";
  root.wiring = wire(data.root[1], data.ins.length, data.outs.length);
  fill(root, data.root[0]);
  root.last = leaves;
  return { data, root, nodes, byKey };
}

function opOf(row: OpRow): Op {
  const [name, words, family, form, settings, cells, ports] = row;
  return { name, words, family, form, settings, cells, ports };
}

function blank(
  id: number,
  part: number,
  name: string,
  path: string,
  parent: Node | null,
  place: number,
  first: number,
): Mutable {
  const costs = { params: 0, macs: 0, bytes: 0, flags: 0, file: 0, line: 0 };
  const none = { op: null, wiring: null, ins: [], outs: [], children: [], kind: "", words: "" };
  const where = { id, part, name, path, key: path, parent, place, first, last: first };
  return { ...where, ...none, ...costs, form: "op" };
}

/** What a group takes and gives, told by the ops inside it; -1 where none of them says. */
function typesOf({ children }: Node, { links, before, after, ins, outs }: Wiring): [Ints, Ints] {
  const ends = { true: after.get(-1) ?? [], false: before.get(-1) ?? [] };
  const type = ({ from, out, to, into }: Link, input: boolean): number | undefined =>
    input ? children[to]?.ins[into] : children[from]?.outs[out];
  const told = (port: number, input: boolean): number => {
    const met = ends[`${input}`].map((number) => links[number] as Link);
    const found = met.filter(({ out, into }) => (input ? out : into) === port);
    return found.map((link) => type(link, input) ?? -1).find((one) => one >= 0) ?? -1;
  };
  const each = (count: number, input: boolean): Ints =>
    Array.from({ length: count }, (_, port) => told(port, input));
  return [each(ins, true), each(outs, false)];
}

/** A module that is applied again has the path of its first use; its key tells them apart. */
function unused(byKey: ReadonlyMap<string, Node>, path: string): string {
  if (!byKey.has(path)) return path;
  let count = 2;
  while (byKey.has(`${path}~${count}`)) count += 1;
  return `${path}~${count}`;
}

function wire(numbers: Ints, ins: number, outs: number): Wiring {
  const links: Link[] = [];
  const after = new Map<number, number[]>();
  const before = new Map<number, number[]>();
  for (let k = 0; k < numbers.length; k += 4) {
    const [from, out, to, into] = numbers.slice(k, k + 4) as [number, number, number, number];
    push(after, from, links.length);
    push(before, to, links.length);
    links.push({ from, out, to, into });
  }
  return { links, after, before, ins, outs };
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
}

/** The groups around a node, innermost first, without the network itself. */
export function* above(node: Node): Generator<Node> {
  for (let one = node.parent; one?.parent; one = one.parent) yield one;
}
