/** The costs as a table that can be sorted. Only the rows that are scrolled to are in the document. */
import { ALL, figure, figureWords, type Measure } from "./colouring.ts";
import { button, h } from "./dom.ts";
import type { Node } from "./model.ts";
import type { State } from "./state.ts";

interface Column {
  readonly key: "path" | "kind" | "shape" | Exclude<Measure, "family">;
  readonly title: string;
  readonly number: boolean;
}

const COLUMNS: readonly Column[] = [
  { key: "path", title: "node", number: false },
  { key: "kind", title: "op", number: false },
  { key: "shape", title: "output", number: false },
  { key: "params", title: "params", number: true },
  { key: "flops", title: "FLOPs", number: true },
  { key: "memory", title: "activations", number: true },
  { key: "field", title: "field", number: true },
];

const ROW = 25;
const MORE = 12;

export interface TableActions {
  readonly go: (node: Node) => void;
  readonly light: (node: Node | null) => void;
  readonly close: () => void;
}

export class Table {
  private readonly body = h("tbody");
  private readonly scroll = h("div", {
    class: "scroll",
    tabindex: 0,
    role: "region",
    "aria-label": "Costs",
  });
  private readonly head = h("tr");
  private readonly grid = h("table", {}, h("thead", {}, this.head), this.body);
  private readonly every = h("input", { type: "checkbox", id: "every" });
  readonly element = h("section", { class: "costs", "aria-label": "Cost table", hidden: true });
  private rows: Node[] = [];
  private by: Column = COLUMNS[0] as Column;
  private down = false;
  private drawn = "";

  constructor(
    private readonly state: State,
    actions: TableActions,
  ) {
    const close = button("✕", actions.close, { class: "close", "aria-label": "Close the table" });
    const label = h("label", { for: "every" }, this.every, " every op");
    this.element.append(h("header", {}, h("h2", {}, "Costs"), label, close), this.scroll);
    this.scroll.append(this.grid);
    this.scroll.addEventListener("scroll", () => this.fill());
    this.every.addEventListener("change", () => state.set({ every: this.every.checked }));
    this.body.addEventListener("click", (event) => this.picked(event, actions.go));
    this.body.addEventListener("pointerover", (event) => this.picked(event, actions.light));
    this.body.addEventListener("pointerleave", () => actions.light(null));
    this.heads();
  }

  /** Show it or not, with the rows of what is drawn now. */
  update(): void {
    const { table, every } = this.state.settings;
    this.element.hidden = !table;
    this.every.checked = every;
    if (!table) return;
    const { nodes } = this.state.network;
    this.rows = every ? nodes.filter((one) => one.op) : this.state.shown().filter(this.state.isBox);
    this.sort();
  }

  /** Mark the row of what is chosen. */
  mark(): void {
    this.drawn = "";
    if (this.state.settings.table) this.fill();
  }

  private heads(): void {
    const cells = COLUMNS.map((column) => {
      const press = button(column.title, () => this.sortBy(column));
      return h("th", { scope: "col", class: column.number ? "number" : null }, press);
    });
    this.head.replaceChildren(...cells);
  }

  private sortBy(column: Column): void {
    this.down = this.by === column ? !this.down : column.number;
    this.by = column;
    this.sort();
  }

  private sort(): void {
    const sign = this.down ? -1 : 1;
    const keyed = this.rows.map((node) => [this.key(node, this.by), node] as const);
    keyed.sort(([a, x], [b, y]) => (a === b ? x.id - y.id : sign * (a < b ? -1 : 1)));
    this.rows = keyed.map(([, node]) => node);
    [...this.head.children].forEach((cell, k) => {
      const sorted = COLUMNS[k] === this.by;
      cell.setAttribute("aria-sort", sorted ? (this.down ? "descending" : "ascending") : "none");
    });
    this.grid.setAttribute("aria-rowcount", String(this.rows.length + 1));
    this.drawn = "";
    this.fill();
  }

  /** Execution order stands for the path: it is the order of the spec. */
  private key(node: Node, { key }: Column): number | string {
    if (key === "path") return node.id;
    if (key === "kind") return node.kind;
    return key === "shape" ? this.cell(node, key) : figure(this.state.network, node, key);
  }

  private cell(node: Node, key: Column["key"]): string {
    if (key === "path") return node.path;
    if (key === "kind") return node.kind;
    if (key === "shape") return this.state.network.data.types[node.outs[0] ?? -1]?.[1] ?? "";
    const value = figure(this.state.network, node, key);
    if (!value) return "–";
    return key === "field" && value === ALL ? "all" : figureWords(value, key);
  }

  /** The rows in sight, between two that are as tall as all others. */
  private fill(): void {
    const from = Math.max(0, Math.floor(this.scroll.scrollTop / ROW) - MORE);
    const count = Math.ceil((this.scroll.clientHeight || 300) / ROW) + 2 * MORE;
    const until = Math.min(this.rows.length, from + count);
    const key = `${from} ${until}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const rows = this.rows.slice(from, until).map((node, k) => this.row(node, from + k));
    this.body.replaceChildren(spacer(from), ...rows, spacer(this.rows.length - until));
  }

  private row(node: Node, place: number): HTMLElement {
    const cells = COLUMNS.map(({ key, number }) => {
      const words = this.cell(node, key);
      if (key !== "path") return h("td", { class: number ? "number" : null }, words);
      const link = button(words, () => undefined, { class: "link", title: words });
      return h("th", { scope: "row" }, link);
    });
    const chosen = node === this.state.chosen;
    const more = {
      "data-id": node.id,
      "aria-rowindex": place + 2,
      "aria-current": chosen ? "true" : null,
    };
    return h("tr", more, ...cells);
  }

  private picked(event: Event, act: (node: Node) => void): void {
    const row = (event.target as Element).closest("tr");
    const node = this.state.network.nodes[Number(row?.dataset.id ?? -1)];
    if (node) act(node);
  }
}

const spacer = (rows: number): HTMLElement => {
  const cell = h("td", { colspan: COLUMNS.length });
  cell.style.height = `${rows * ROW}px`;
  return h("tr", { class: "spacer", "aria-hidden": "true" }, cell);
};
