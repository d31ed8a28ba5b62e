/** The search field: names, ops, shapes and `file:line`, each word of the query somewhere. */
import { h } from "./dom.ts";
import type { Network, Node } from "./model.ts";

const MOST = 60;

export interface SearchActions {
  readonly go: (node: Node) => void;
  readonly light: (node: Node | null) => void;
  readonly leave: () => void;
  readonly say: (words: string) => void;
}

export class Search {
  private readonly list = h("ul", {
    id: "found",
    role: "listbox",
    "aria-label": "Found",
    hidden: true,
  });
  readonly field = h("input", {
    type: "search",
    id: "search",
    placeholder: "Search  /",
    role: "combobox",
    "aria-label": "Search names, ops, shapes and file:line",
    "aria-controls": "found",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
  });
  readonly element = h("search", { class: "search" }, this.field, this.list);
  private texts: string[] = [];
  private found: Node[] = [];
  private at = 0;

  constructor(
    private readonly network: Network,
    private readonly actions: SearchActions,
  ) {
    this.field.addEventListener("input", () => this.look());
    this.field.addEventListener("focus", () => this.look());
    this.field.addEventListener("blur", () => this.close());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const item = (event.target as Element).closest("li");
      if (item?.dataset.at) this.take(Number(item.dataset.at));
    });
  }

  private look(): void {
    const words = this.field.value.toLowerCase().split(/\s+/).filter(Boolean);
    this.found = words.length ? this.matching(words) : [];
    this.at = 0;
    this.show(words.length > 0);
  }

  /** Those whose own name or path has the words come first: what says `Conv2d` is not `conv2`. */
  private matching(words: readonly string[]): Node[] {
    if (!this.texts.length)
      this.texts = this.network.nodes.map((node) => textOf(this.network, node));
    const found = this.network.nodes.filter((_, k) =>
      words.every((word) => this.texts[k]?.includes(word)),
    );
    const close = new Map(found.map((node) => [node, closeness(node, words)]));
    return found.sort((a, b) => (close.get(b) ?? 0) - (close.get(a) ?? 0));
  }

  private show(asked: boolean): void {
    const items = this.found.slice(0, MOST).map((node, k) => this.item(node, k));
    const left = this.found.length - MOST;
    const note = !this.found.length ? "nothing found" : left > 0 ? `and ${left} more` : "";
    if (note) items.push(h("li", { class: "note", role: "presentation" }, note));
    this.list.replaceChildren(...items);
    this.list.hidden = !asked;
    this.field.setAttribute("aria-expanded", String(asked));
    if (asked) this.actions.say(`${this.found.length} found`);
    this.mark();
  }

  private item(node: Node, k: number): HTMLElement {
    const [file] = this.network.data.files[node.file] ?? [""];
    const shape = this.network.data.types[node.outs[0] ?? -1]?.[0] ?? "";
    const about = [node.op ? node.words : node.kind, shape, `${file}:${node.line}`];
    const more = { role: "option", id: `found-${k}`, "data-at": k };
    return h("li", more, h("b", {}, node.path), h("small", {}, about.filter(Boolean).join("  ")));
  }

  private mark(): void {
    this.list.querySelectorAll("[role=option]").forEach((item, k) => {
      item.setAttribute("aria-selected", String(k === this.at));
      if (k === this.at) item.scrollIntoView({ block: "nearest" });
    });
    const active = this.found.length && !this.list.hidden ? `found-${this.at}` : "";
    this.field.setAttribute("aria-activedescendant", active);
    this.actions.light(active ? (this.found[this.at] ?? null) : null);
  }

  private key(event: KeyboardEvent): void {
    const count = Math.min(MOST, this.found.length);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    event.stopPropagation();
    if (step && count) {
      this.at = (this.at + step + count) % count;
      this.mark();
    } else if (event.key === "Enter" && count) this.take(this.at);
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
  }

  private take(place: number): void {
    const node = this.found[place];
    this.close();
    if (node) this.actions.go(node);
  }

  /** First the query goes, then the focus. */
  private leave(): void {
    if (this.field.value) {
      this.field.value = "";
      this.look();
    } else this.actions.leave();
  }

  /** Forget the query. */
  clear(): void {
    this.field.value = "";
    this.found = [];
    this.close();
  }

  private close(): void {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.actions.light(null);
  }
}

/** How near the words are to what a node is called, name before path; 0 if they are elsewhere. */
function closeness(node: Node, words: readonly string[]): number {
  const [name, path] = [node.name.toLowerCase(), node.path.toLowerCase()];
  const of = (word: string): number =>
    name === word ? 3 : name.includes(word) ? 2 : path.includes(word) ? 1 : 0;
  return words.reduce((sum, word) => sum + of(word), 0);
}

function textOf({ data }: Network, node: Node): string {
  const [file] = data.files[node.file] ?? [""];
  const types = [...node.ins, ...node.outs].flatMap((type) => data.types[type] ?? []);
  const words = [node.path, node.kind, node.words, node.op?.settings ?? "", ...types];
  return [...words, `${file}:${node.line}`].join("\n").toLowerCase();
}
