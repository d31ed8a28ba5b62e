/** What a box says and how large it is: its form follows from the op or group alone. */
import { NAME, PILL, short, WORDS, width } from "./measure.ts";
import type { Network, Node } from "./model.ts";
import { AGAIN, TRAINING } from "./packed.ts";

/** A box around its axis, the line that its main value enters and leaves on. */
export interface Shape {
  readonly form: "op" | "merge" | "concat" | "closed" | "end";
  readonly title: string;
  readonly lines: readonly string[];
  readonly badge: string;
  readonly half: number;
  readonly height: number;
  /** The shape that flows on, written under the box where it changes. */
  readonly pill: string;
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly text: string;
  readonly x: number;
  readonly width: number;
}

export type Sizes = "symbols" | "numbers";

const LONGEST = 34;
/** How far the sheets of a repeat stand out behind it. */
export const STACK = 6;
const LONG_TYPE = 42;
const LONG_CELL = 14;
const CELLS = 8;
const ROW = 14;

export class Shapes {
  private readonly known = new Map<string, Shape>();

  constructor(
    private readonly network: Network,
    readonly sizes: Sizes,
  ) {}

  /** A type as it is written, or at the reported sizes, also where it is too long to be read. */
  type(number: number): string {
    const [symbols, numbers] = this.network.data.types[number] ?? ["", ""];
    return this.sizes === "symbols" && symbols.length <= LONG_TYPE ? symbols : numbers;
  }

  /** The box of an op, or of a group while it is closed. */
  of(node: Node): Shape {
    const key = `${node.part} ${node.name} ${lent(node)}`;
    let found = this.known.get(key);
    if (!found) {
      found = node.op ? this.op(node) : closed(node, this.pill(node));
      this.known.set(key, found);
    }
    return found;
  }

  /** The box of an input or output of the network. */
  end(port: number, input: boolean): Shape {
    const { ins, outs } = this.network.data;
    const [name, type] = (input ? ins[port] : outs[port]) as readonly [string, number];
    const training = !input && outs[port]?.[2] ? ["training only"] : [];
    return box("end", short(name, LONGEST), [this.type(type), ...training], "", "");
  }

  private op(node: Node): Shape {
    const op = node.op as NonNullable<Node["op"]>;
    const pill = this.pill(node);
    if (op.form === "merge") return merge(op.words, pill);
    if (op.form === "concat" && op.cells.length <= CELLS) return concat(node.name, op.cells, pill);
    const words = op.form === "concat" ? `${op.name} of ${op.cells.length}` : op.words;
    return box("op", short(node.name, LONGEST), [short(words, 44), ...notesOf(node)], "", pill);
  }

  private pill(node: Node): string {
    const outs = [...new Set(node.outs)].map((type) => this.type(type)).filter(Boolean);
    const same =
      node.ins.length > 0 && outs.length === 1 && this.type(node.ins[0] as number) === outs[0];
    if (same) return "";
    return outs.slice(0, 2).join(" · ") + (outs.length > 2 ? " …" : "");
  }
}

function box(
  form: Shape["form"],
  title: string,
  lines: readonly string[],
  badge: string,
  pill: string,
): Shape {
  // The sign in the corner of what can be opened needs room, and as much on the other side.
  const sign = form === "closed" ? 24 : 0;
  const wide = lines.map((line) => width(line, WORDS));
  const half = Math.max(72, width(title, NAME, true) + sign, ...wide) / 2 + 11;
  const height = 22 + ROW * lines.length + (badge ? STACK : 0);
  return { form, title, lines, badge, half, height, pill, cells: [] };
}

function merge(words: string, pill: string): Shape {
  const half = Math.max(13, width(words, NAME, true) / 2 + 8);
  return { form: "merge", title: words, lines: [], badge: "", half, height: 26, pill, cells: [] };
}

function concat(name: string, sizes: readonly string[], pill: string): Shape {
  const words = sizes.map((size) => short(size, LONG_CELL));
  const numbers = sizes.map((size) => (/^\d+$/.test(size) ? Number(size) : 1));
  const most = Math.max(...numbers);
  const wide = numbers.map((number, k) =>
    Math.max(width(words[k] as string, PILL) + 10, Math.round((120 * number) / most)),
  );
  const least = width(name, NAME - 1, true) + 20;
  const total = Math.max(
    least,
    wide.reduce((sum, one) => sum + one, 0),
  );
  const grown = total / wide.reduce((sum, one) => sum + one, 0);
  let x = -total / 2;
  const cells = wide.map((one, k) => {
    const cell = { text: words[k] as string, x, width: one * grown };
    x += one * grown;
    return cell;
  });
  const title = short(name, LONGEST);
  return { form: "concat", title, lines: [], badge: "", half: total / 2, height: 34, pill, cells };
}

function closed(node: Node, pill: string): Shape {
  const repeat = node.form === "repeat";
  const kind = repeat ? repeated(node) : node.kind === node.name ? "" : node.kind;
  const lines = [kind, repeat ? "" : node.words].filter(Boolean).map((line) => short(line, 44));
  const badge = repeat ? `×${node.children.length}` : "";
  return box("closed", short(node.name, LONGEST), [...lines, ...notesOf(node)], badge, pill);
}

/** Whether it has the weights of an earlier node, and is not inside of what has. */
const lent = (node: Node): boolean =>
  (node.flags & AGAIN) > 0 && !((node.parent?.flags ?? 0) & AGAIN);

function notesOf(node: Node): string[] {
  const training = node.flags & TRAINING ? ["training only"] : [];
  return lent(node) ? [...training, "weights as before"] : training;
}

function repeated(node: Node): string {
  return node.kind === node.name ? node.words : node.kind;
}

/** The words in the corner of an open group: its name, and of what kind it is. */
export function heading(node: Node): readonly [string, string] {
  const kind = node.form === "repeat" ? `${repeated(node)} ×${node.children.length}` : node.kind;
  const said = [kind === node.name ? "" : short(kind, LONGEST), ...notesOf(node)];
  return [short(node.name, LONGEST), said.filter(Boolean).join(", ")];
}
