/** What lies over the picture: what is lit, what is chosen, and the box that has the focus. */
import { s } from "./dom.ts";
import { HEAD } from "./layout.ts";
import type { Node } from "./model.ts";
import { type Area, type Line, pathOf } from "./scene.ts";
import { fullLabelOf } from "./speak.ts";
import type { State } from "./state.ts";
import { consumers, producers, type Step, type Trace } from "./trace.ts";
import type { View } from "./view.ts";

export class Overlay {
  private readonly lit = s("g", { class: "lit", "pointer-events": "none" });
  private readonly ring = s("g", { class: "ring", "pointer-events": "none" });
  private readonly focus = s("g", { class: "focus" });
  private hovered: Node | null = null;
  private current: Node | null = null;

  constructor(
    private readonly view: View,
    private readonly state: State,
  ) {
    view.over.append(this.lit, this.ring, this.focus);
  }

  get cursor(): Node | null {
    return this.current;
  }

  /** Light a node with what feeds it and what it feeds; nothing for null. */
  light(node: Node | null): void {
    if (node === this.hovered) return;
    this.hovered = node;
    this.drawLit();
  }

  /** Put the focus on a node, really if `take` is set. */
  point(node: Node, take: boolean): void {
    this.current = node;
    this.drawFocus();
    if (take) (this.focus.firstElementChild as SVGElement | null)?.focus({ preventScroll: true });
  }

  /** Draw again, after places or colours have changed. */
  redraw(): void {
    const had = this.focus.contains(document.activeElement);
    this.drawLit();
    this.drawRing();
    this.drawFocus();
    if (had) (this.focus.firstElementChild as SVGElement | null)?.focus({ preventScroll: true });
  }

  private drawLit(): void {
    const node = this.hovered ?? this.state.chosen;
    this.lit.replaceChildren();
    this.view.between.replaceChildren();
    const area = node && this.view.areaOf(node);
    if (!node || !area) return;
    const { producer, consumer } = this.view.palette;
    this.side(producers(node, this.state.isBox), producer, "6 4");
    this.side(consumers(node, this.state.isBox), consumer, null);
    if (this.hovered) this.lit.append(this.around(area, this.view.palette.text, 2, null));
  }

  private side({ nodes, ends, steps }: Trace, colour: string, dashes: string | null): void {
    const { scene } = this.view;
    const lines = linesOf(scene.lines, steps);
    const d = lines.map((line) => pathOf(line)).join("");
    const stroke = { stroke: colour, "stroke-width": 3, fill: "none", opacity: 0.85 };
    this.view.between.append(s("path", { d, ...stroke, "vector-effect": "non-scaling-stroke" }));
    for (const node of nodes) {
      const area = this.view.areaOf(node);
      if (area) this.lit.append(this.around(area, colour, 3, dashes));
    }
    const input = colour === this.view.palette.producer;
    for (const box of scene.boxes) {
      if (!box.node && box.input === input && ends.includes(box.end)) {
        this.lit.append(this.around(box, colour, 3, dashes));
      }
    }
  }

  private drawRing(): void {
    const area = this.state.chosen && this.view.areaOf(this.state.chosen);
    const rings = area ? [this.around(area, this.view.palette.chosen, 2.5, null, 3)] : [];
    this.ring.replaceChildren(...rings);
  }

  private drawFocus(): void {
    const node = this.current;
    const area = node && this.view.areaOf(node);
    if (!node || !area) {
      this.focus.replaceChildren();
      return;
    }
    const open = this.state.isOpen(node);
    const spot = open ? { ...area, height: HEAD } : area;
    const place = {
      x: spot.x - 5,
      y: spot.y - 5,
      width: spot.width + 10,
      height: spot.height + 10,
    };
    const target = s("rect", {
      ...place,
      rx: 6,
      class: "target",
      "vector-effect": "non-scaling-stroke",
    });
    const role = {
      role: "button",
      tabindex: 0,
      "data-key": node.key,
      "aria-label": fullLabelOf(this.state, node),
      "aria-expanded": node.op ? null : String(open),
    };
    this.focus.replaceChildren(s("g", role, target));
  }

  private around(
    area: Area,
    stroke: string,
    thick: number,
    dashes: string | null,
    by = 2,
  ): SVGRectElement {
    const { x, y, width, height } = area;
    const place = { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by, rx: 5 };
    const line = { fill: "none", stroke, "stroke-width": thick, "stroke-dasharray": dashes };
    return s("rect", { ...place, ...line, "vector-effect": "non-scaling-stroke" });
  }
}

function linesOf(lines: readonly Line[], steps: readonly Step[]): Line[] {
  const wanted = new Map<Node, Set<number>>();
  for (const { group, link } of steps) {
    const found = wanted.get(group) ?? new Set<number>();
    wanted.set(group, found.add(link));
  }
  return lines.filter(({ group, link }) => wanted.get(group)?.has(link));
}
