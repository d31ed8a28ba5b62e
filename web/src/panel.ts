/** What is known of the node that is chosen: figures, neighbours, and the line it is written in. */
import { fieldWords } from "./colouring.ts";
import { button, h } from "./dom.ts";
import { share, short, thousands } from "./figures.ts";
import { above, type Node } from "./model.ts";
import { AGAIN, TRAINING } from "./packed.ts";
import type { State } from "./state.ts";
import { consumers, isOp, producers, type Trace } from "./trace.ts";

export interface PanelActions {
  readonly go: (node: Node) => void;
  readonly toggle: (node: Node) => void;
  readonly close: () => void;
}

type Row = readonly [string, string | HTMLElement];

export class Panel {
  readonly element = h("aside", { class: "panel", "aria-label": "Details", hidden: true });

  constructor(
    private readonly state: State,
    private readonly actions: PanelActions,
  ) {}

  show(): void {
    const node = this.state.chosen;
    this.element.hidden = !node;
    this.element.replaceChildren(...(node ? this.parts(node) : []));
    this.element.scrollTop = 0;
  }

  private parts(node: Node): HTMLElement[] {
    const close = button("✕", this.actions.close, {
      class: "close",
      "aria-label": "Close the details",
    });
    return [
      h("header", {}, h("h2", {}, node.name), close),
      this.crumbs(node),
      h("p", { class: "what" }, what(node)),
      ...(node.op ? [] : [this.opener(node)]),
      this.facts([...this.shapes(node), ...this.costs(node)]),
      ...(node.op?.settings ? [section("Set", h("code", {}, node.op.settings))] : []),
      this.neighbours("From", producers(node, isOp), node),
      this.neighbours("To", consumers(node, isOp), node),
      this.line(node),
    ];
  }

  /** The path, each group in it a link. */
  private crumbs(node: Node): HTMLElement {
    const groups = [...above(node)].reverse();
    const links = groups.flatMap((one) => [this.link(one, one.name), "."]);
    return h("nav", { class: "path", "aria-label": "Path" }, ...links, h("span", {}, node.name));
  }

  private opener(node: Node): HTMLElement {
    const open = this.state.isOpen(node);
    const words = open ? "Close it" : "Open it";
    return button(words, () => this.actions.toggle(node), { class: "opener" });
  }

  private shapes(node: Node): Row[] {
    const { types } = this.state.network.data;
    const written = (type: number): HTMLElement => {
      const [symbols, numbers] = types[type] ?? ["unknown", "unknown"];
      const same = symbols === numbers;
      return h(
        "span",
        {},
        h("code", {}, symbols),
        ...(same ? [] : [h("small", {}, ` = ${numbers}`)]),
      );
    };
    const name = (k: number): string => node.op?.ports[k] ?? "input";
    const ins = node.ins.slice(0, 12).map((type, k) => [name(k), written(type)] as const);
    const more: Row[] = node.ins.length > 12 ? [["", `and ${node.ins.length - 12} more`]] : [];
    return [...ins, ...more, ...node.outs.map((type) => ["output", written(type)] as const)];
  }

  private costs(node: Node): Row[] {
    const { costs } = this.state.network.data;
    const row = (name: string, value: number, total: number, unit = ""): Row => {
      const part = share(value, total);
      const exact =
        value >= 1000 ? `${short(value, unit)} (${thousands(value)})` : short(value, unit);
      return [name, h("span", {}, exact, ...(part ? [h("small", {}, ` ${part}`)] : []))];
    };
    return [
      row("parameters", node.params, costs[0]),
      row("FLOPs", 2 * node.macs, 2 * costs[1]),
      row("activations", node.bytes, costs[2], "B"),
      ["receptive field", fieldWords(this.state.network, node)],
      ...(node.flags & TRAINING ? [["runs", "in training only"] as const] : []),
      ...(node.flags & AGAIN ? [["weights", "those of an earlier use"] as const] : []),
    ];
  }

  private facts(rows: readonly Row[]): HTMLElement {
    const cells = rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
    return h("dl", {}, ...cells);
  }

  private neighbours(title: string, { nodes, ends }: Trace, node: Node): HTMLElement {
    const { data } = this.state.network;
    const names = title === "From" ? data.ins : data.outs;
    const items = [
      ...ends.map((end) => h("li", {}, names[end]?.[0] ?? "", h("small", {}, " of the network"))),
      ...nodes
        .slice(0, 60)
        .map((one) =>
          h("li", {}, this.link(one, relative(one, node)), h("small", {}, ` ${one.words}`)),
        ),
    ];
    const more = nodes.length > 60 ? [h("li", {}, `and ${nodes.length - 60} more`)] : [];
    const none = items.length ? [] : [h("li", {}, "nothing")];
    return section(title, h("ul", {}, ...items, ...more, ...none));
  }

  private link(node: Node, words: string): HTMLElement {
    return button(words, () => this.actions.go(node), { class: "link", "data-go": node.key });
  }

  private line(node: Node): HTMLElement {
    const [file, lines] = this.state.network.data.files[
      node.file
    ] as (typeof this.state.network.data.files)[number];
    const text = lines[node.line];
    const place = h("p", { class: "place" }, `${file}:${node.line}`);
    return section("Written in", place, ...(text ? [h("pre", {}, text.trimStart())] : []));
  }
}

const section = (title: string, ...children: HTMLElement[]): HTMLElement =>
  h("section", {}, h("h3", {}, title), ...children);

function what(node: Node): string {
  if (node.op) return node.words;
  const kind = node.form === "repeat" ? `${node.children.length} × ${node.kind}` : node.kind;
  const count = node.last - node.first;
  const parts = [
    kind === node.name ? "group" : kind,
    node.form === "repeat" ? "" : node.words,
    `${count} op${count === 1 ? "" : "s"}`,
  ];
  return [...new Set(parts.filter(Boolean))].join(" · ");
}

/** A path as seen from another node: what both are in is left out. */
function relative(one: Node, from: Node): string {
  const base = from.parent?.path ? `${from.parent.path}.` : "";
  return base && one.path.startsWith(base) ? one.path.slice(base.length) : one.path;
}
