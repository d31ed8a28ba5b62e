/** The layout of every open group, made once for groups that are equal and open in the same way. */
import { column } from "./column.ts";
import { NAME, PILL, WORDS, width } from "./measure.ts";
import type { Node } from "./model.ts";
import type { Block, Placed } from "./place.ts";
import { heading, type Shape, type Shapes } from "./shapes.ts";

export const HEAD = 36;
const SIDE = 14;
const FOOT = 17;

/** An open group: its blocks are its inputs, its children, its outputs, in this order. */
export interface Laid extends Placed {
  readonly sign: number;
  readonly block: Block;
  readonly inner: readonly (Laid | null)[];
}

export class Layouts {
  private readonly signs = new Map<string, number>();
  private readonly known = new Map<number, Laid>();
  private readonly blocks = new Map<Shape, Block>();

  constructor(
    readonly shapes: Shapes,
    private readonly isOpen: (node: Node) => boolean,
  ) {}

  /** The layout of a group that is open, or of the whole network. */
  of(group: Node): Laid {
    const inner = group.children.map((child) => (this.isOpen(child) ? this.of(child) : null));
    const sign = this.sign(group, inner);
    let found = this.known.get(sign);
    if (!found) {
      found = this.laid(group, inner, sign);
      this.known.set(sign, found);
    }
    return found;
  }

  /** A number for a group that is open in a certain way. */
  private sign(group: Node, inner: readonly (Laid | null)[]): number {
    const open = inner.map((one) => one?.sign ?? "").join(",");
    const key = `${group.part} ${group.name} ${open}`;
    const found = this.signs.get(key);
    if (found !== undefined) return found;
    this.signs.set(key, this.signs.size);
    return this.signs.size - 1;
  }

  private laid(group: Node, inner: readonly (Laid | null)[], sign: number): Laid {
    const wiring = group.wiring as NonNullable<Node["wiring"]>;
    const count = group.children.length;
    const children = group.children.map((child, k) => inner[k]?.block ?? this.closed(child));
    const blocks = [...this.ends(group, true), ...children, ...this.ends(group, false)];
    const joints = wiring.links.map(({ from, out, to, into }) => ({
      from: from < 0 ? out : wiring.ins + from,
      out: from < 0 ? 0 : out,
      to: to < 0 ? wiring.ins + count + into : wiring.ins + to,
      into: to < 0 ? 0 : into,
    }));
    const placed = column(blocks, joints, wiring.ins, wiring.outs);
    return { ...placed, sign, inner, block: framed(group, placed) };
  }

  private closed(node: Node): Block {
    const shape = this.shapes.of(node);
    let found = this.blocks.get(shape);
    if (!found) {
      found = block(shape);
      this.blocks.set(shape, found);
    }
    return found;
  }

  /** A group's inputs run through its heading; the network's own are boxes. */
  private ends(group: Node, input: boolean): Block[] {
    const wiring = group.wiring as NonNullable<Node["wiring"]>;
    const count = input ? wiring.ins : wiring.outs;
    const foot = input ? HEAD : 0;
    return Array.from({ length: count }, (_, k) =>
      group.parent
        ? { left: 2, right: 2, height: 0, foot, ins: [], outs: [] }
        : block(this.shapes.end(k, input)),
    );
  }
}

/** The room of a box: values enter a concat at the middle of their cells. */
function block(shape: Shape): Block {
  const foot = shape.pill ? FOOT : 0;
  const half = Math.max(shape.half, foot ? width(shape.pill, PILL) / 2 + 8 : 0);
  const ins = shape.cells.map((cell) => cell.x + cell.width / 2);
  return { left: half, right: half, height: shape.height, foot, ins, outs: [] };
}

/** The room of an open group. Its heading stands left of the line that comes in. */
function framed(group: Node, placed: Placed): Block {
  if (!group.parent) return { left: 0, right: 0, height: 0, foot: 0, ins: [], outs: [] };
  const wiring = group.wiring as NonNullable<Node["wiring"]>;
  const [name, kind] = heading(group);
  const words = Math.max(width(name, NAME, true), width(kind, WORDS)) + 32;
  const ports = placed.at.slice(0, wiring.ins).map(({ x }) => x);
  const least = words - Math.min(0, ...ports);
  const last = placed.at.length - wiring.outs;
  return {
    left: Math.max(placed.left + SIDE, least),
    right: placed.right + SIDE,
    height: placed.height + (wiring.ins ? 0 : HEAD) + (wiring.outs ? 0 : SIDE),
    foot: 0,
    ins: ports,
    outs: placed.at.slice(last).map(({ x }) => x),
  };
}
