/** The parts of the page and how they act on one another. */
import { Bar, helpOf } from "./bar.ts";
import * as cameras from "./camera.ts";
import { type Commands, keysOf } from "./commands.ts";
import { h } from "./dom.ts";
import { addressOf, applied } from "./hash.ts";
import { type Key, listen as listenKeys } from "./keys.ts";
import { HEAD } from "./layout.ts";
import { Legend } from "./legend.ts";
import type { Network, Node } from "./model.ts";
import { Overlay } from "./overlay.ts";
import { Panel } from "./panel.ts";
import { listen as listenPointer } from "./pointer.ts";
import { printable, save } from "./save.ts";
import { Search } from "./search.ts";
import { Announcer } from "./speak.ts";
import { type Change, firstOpen, State } from "./state.ts";
import { Table } from "./table.ts";
import { themed, toggleTheme } from "./themes.ts";
import { View } from "./view.ts";
import { next, type Way } from "./walk.ts";

export class App {
  private readonly state: State;
  private readonly view: View;
  private readonly overlay: Overlay;
  private readonly panel: Panel;
  private readonly table: Table;
  private readonly legend: Legend;
  private readonly bar: Bar;
  private readonly search: Search;
  private readonly stage: HTMLElement;
  private readonly spoken = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
  private readonly announcer = new Announcer(this.spoken);
  private readonly help: HTMLDialogElement;
  private readonly keys: readonly Key[];
  private anchor: Node | null = null;
  /** What was pointed at last, by mouse or keyboard: what `e` and `c` mean. */
  private subject: Node | null = null;
  /** The panel has come or gone: what is chosen shall not be behind it. */
  private follow = false;
  private timer = 0;
  private written = "";

  constructor(network: Network) {
    this.state = new State(network);
    this.state.replace(firstOpen(network));
    this.view = new View(this.state);
    this.overlay = new Overlay(this.view, this.state);
    const light = (node: Node | null): void => this.overlay.light(node);
    const go = (node: Node): void => this.go(node);
    this.panel = new Panel(this.state, {
      go,
      toggle: (node) => this.toggle(node),
      close: () => this.leave(),
    });
    this.table = new Table(this.state, {
      go,
      light,
      close: () => this.state.set({ table: false }),
    });
    this.legend = new Legend(this.view, this.state);
    const say = (words: string): void => this.announcer.say(words);
    this.search = new Search(network, { go, light, say, leave: () => this.focusPicture() });
    const commands = this.commands();
    this.bar = new Bar(this.state, this.search.element, commands);
    this.keys = keysOf(commands);
    this.help = helpOf(this.keys);
    this.stage = h("div", { class: "stage" }, this.legend.element);
    this.stage.prepend(this.view.svg);
  }

  start(): void {
    const { data } = this.state.network;
    const ends = (some: readonly (readonly [string, number, number?])[]): string =>
      some.map(([name, type]) => `${name} ${data.types[type]?.[0]}`).join(", ");
    const words = [
      `Diagram of ${data.name}, from ${ends(data.ins)} to ${ends(data.outs)}.`,
      "Arrow keys follow the data, Enter opens a block, ? lists the keys.",
    ].join(" ");
    this.view.svg.setAttribute("role", "application");
    this.view.svg.setAttribute("aria-label", words);
    this.view.svg.setAttribute("aria-roledescription", "diagram");
    const main = h("main", {}, this.stage, this.panel.element);
    document.body.append(this.bar.element, main, this.table.element, this.help, this.spoken);
    const camera = applied(this.state, location.hash, this.state.network);
    this.view.relayout();
    this.view.look(camera ?? cameras.fittedAcross(this.view.scene.area, this.view.pane));
    const first = this.state.chosen ?? next(this.state, this.view, null, "first");
    if (first) this.overlay.point(first, false);
    this.refresh();
    this.listen();
    performance.mark("archc-drawn");
  }

  private listen(): void {
    this.state.listen((change) => this.changed(change));
    this.view.onMove(() => this.keepAddress());
    listenKeys(this.keys, this.stage);
    listenPointer(this.view, {
      click: (node) => (node ? this.clicked(node) : this.leave()),
      press: () => this.act(),
      hover: (node) => this.hover(node),
    });
    this.view.svg.addEventListener("focusin", (event) => {
      if (event.target === this.view.svg) this.focusPicture();
    });
    addEventListener("hashchange", () => this.readAddress());
    new ResizeObserver(() => this.resized()).observe(this.stage);
    themed(() => {
      this.view.recolour();
      this.overlay.redraw();
      this.legend.update();
    });
    printable(this.view);
  }

  private changed(change: Change): void {
    if (change === "chosen") {
      const before = this.panel.element.hidden;
      this.panel.show();
      this.follow = before !== this.panel.element.hidden;
      this.table.mark();
      this.overlay.redraw();
    } else if (change === "table") {
      this.bar.update();
      this.table.update();
    } else {
      if (change === "open" || this.state.settings.sizes !== this.view.shapes.sizes)
        this.view.relayout(this.anchor);
      else this.view.recolour();
      this.refresh();
    }
    this.keepAddress();
  }

  private resized(): void {
    const { camera, pane } = this.view;
    const area = this.follow && this.state.chosen ? this.view.areaOf(this.state.chosen) : null;
    this.follow = false;
    const middle = area && { x: area.x + area.width / 2 - 60, width: 120, y: area.y, height: HEAD };
    this.view.look(middle ? cameras.shifted(camera, middle, pane) : camera);
  }

  private refresh(): void {
    this.overlay.redraw();
    this.legend.update();
    this.bar.update();
    this.table.update();
    this.panel.show();
  }

  private clicked(node: Node): void {
    this.subject = node;
    this.overlay.point(node, true);
    if (!node.op) this.toggle(node);
    this.state.choose(node);
  }

  private toggle(node: Node): void {
    this.step(() => this.state.toggle(node), node);
    this.announcer.say(`${node.name} ${this.state.isOpen(node) ? "opened" : "closed"}`);
  }

  /** Do something to what is open, with a node that stays where it is. */
  private step(act: () => void, anchor: Node | null = this.inView()): void {
    this.anchor = anchor;
    act();
    this.anchor = null;
    this.overlay.light(null);
    const { cursor } = this.overlay;
    if (cursor && !this.state.isShown(cursor)) this.overlay.point(this.shownOver(cursor), false);
  }

  /** The node that the reader is likely to look at. */
  private inView(): Node | null {
    const { cursor } = this.overlay;
    const pane = cameras.seen(this.view.camera, this.view.pane);
    const area = cursor && this.view.areaOf(cursor);
    const inside = area && area.y > pane.y && area.y < pane.y + pane.height;
    if (inside) return cursor;
    return this.view.scene.boxes.find((box) => box.node && box.y > pane.y)?.node ?? null;
  }

  private shownOver(node: Node): Node {
    let found = node;
    for (let one: Node | null = node; one?.parent; one = one.parent)
      if (!this.state.isShown(found)) found = one.parent;
    return found;
  }

  private hover(node: Node | null): void {
    this.subject = node ?? this.overlay.cursor;
    this.overlay.light(node);
  }

  /** Show a node wherever it is, and what is known of it. */
  private go(node: Node): void {
    this.state.reveal(node);
    this.subject = node;
    // The details come first: they take room from the pane.
    this.state.choose(node);
    const area = this.view.areaOf(node);
    if (area) this.view.slide(cameras.lookingAt(this.view.camera, area, this.view.pane));
    this.overlay.point(node, true);
  }

  private move(way: Way): void {
    const from = this.overlay.cursor;
    const node = next(this.state, this.view, from, way);
    if (!node) return;
    const area = this.view.areaOf(node);
    if (area) this.view.slide(cameras.shifted(this.view.camera, area, this.view.pane));
    this.overlay.point(node, true);
    this.overlay.light(node);
    this.subject = node;
    if (this.state.chosen) this.state.choose(node);
  }

  private ofKind(opened: boolean): void {
    let node = this.subject ?? this.overlay.cursor;
    if (node?.op && node.parent?.parent && !opened) node = node.parent;
    if (!node || node.op) return;
    const kind = node;
    this.step(
      () => {
        const count = this.state.ofKind(kind, opened);
        this.announcer.say(`${count} ${kind.kind} ${opened ? "opened" : "closed"}`);
      },
      opened ? kind : this.topmost(kind),
    );
  }

  private topmost(node: Node): Node {
    return this.state.isShown(node) ? node : this.shownOver(node);
  }

  private act(): void {
    const node = this.overlay.cursor;
    if (node) this.clicked(node);
  }

  /** Leave one thing after the other: the panel, the table. What is lit and the query go at once. */
  private leave(): void {
    this.overlay.light(null);
    this.search.clear();
    if (this.state.chosen) this.state.choose(null);
    else if (this.state.settings.table) this.state.set({ table: false });
    this.focusPicture();
  }

  private focusPicture(): void {
    const { cursor } = this.overlay;
    const node =
      cursor && this.state.isShown(cursor) ? cursor : next(this.state, this.view, null, "first");
    if (node) this.overlay.point(node, true);
  }

  private zoom(factor: number): void {
    const { width, height } = this.view.pane;
    this.view.slide(cameras.zoomed(this.view.camera, factor, width / 2, height / 2));
  }

  private keepAddress(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.written = addressOf(this.state, this.view.camera);
      history.replaceState(null, "", this.written);
    }, 200);
  }

  private readAddress(): void {
    if (location.hash === this.written) return;
    const camera = applied(this.state, location.hash, this.state.network);
    if (camera) this.view.look(camera);
  }

  private commands(): Commands {
    const { state, view } = this;
    return {
      deeper: () => this.step(() => state.deeper()),
      shallower: () => this.step(() => state.shallower()),
      fit: () => view.slide(cameras.fitted(view.scene.area, view.pane)),
      across: () => view.slide(cameras.fittedAcross(view.scene.area, view.pane)),
      zoom: (factor) => this.zoom(factor),
      move: (way) => this.move(way),
      act: () => this.act(),
      ofKind: (opened) => this.ofKind(opened),
      search: () => this.search.field.focus(),
      table: () => state.set({ table: !state.settings.table }),
      theme: toggleTheme,
      save: () => save(view, state),
      leave: () => this.leave(),
      help: () => this.help.showModal(),
    };
  }
}
