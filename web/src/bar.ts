/** The bar over the picture: what the network is, and what can be done. */
import { MEASURES, type Measure, TITLES } from "./colouring.ts";
import type { Commands } from "./commands.ts";
import { button, h } from "./dom.ts";
import { short } from "./figures.ts";
import { type Key, keyNames } from "./keys.ts";
import type { State } from "./state.ts";

export class Bar {
  private readonly measure = h("select", { id: "measure" });
  private readonly sizes = h("button", { type: "button" }, "");
  private readonly costs: HTMLButtonElement;
  readonly element: HTMLElement;

  constructor(
    private readonly state: State,
    search: HTMLElement,
    actions: Commands,
  ) {
    this.costs = button("Costs", actions.table, { title: "Cost table  t" });
    for (const measure of MEASURES)
      this.measure.append(h("option", { value: measure }, TITLES[measure]));
    this.measure.addEventListener("change", () =>
      state.set({ measure: this.measure.value as Measure }),
    );
    this.sizes.addEventListener("click", () => {
      state.set({ sizes: state.settings.sizes === "symbols" ? "numbers" : "symbols" });
    });
    const level = h(
      "span",
      { class: "joined", role: "group", "aria-label": "Detail" },
      button("−", actions.shallower, { title: "Close the innermost", "aria-label": "Less detail" }),
      button("+", actions.deeper, { title: "Open one level more", "aria-label": "More detail" }),
    );
    const fit = h(
      "span",
      { class: "joined", role: "group", "aria-label": "View" },
      button("Fit", actions.fit, { title: "All of it  f" }),
      button("Width", actions.across, { title: "As wide as the window  w" }),
    );
    this.element = h(
      "header",
      { class: "bar" },
      this.title(),
      search,
      h("label", { class: "by" }, "Colour ", this.measure),
      level,
      fit,
      this.sizes,
      this.costs,
      button("Save SVG", actions.save, { title: "Save what is shown as SVG" }),
      button("◐", actions.theme, { title: "Dark or light  d", "aria-label": "Dark or light" }),
      button("?", actions.help, { title: "Keys  ?", "aria-label": "Keys" }),
    );
  }

  update(): void {
    const { measure, sizes, table } = this.state.settings;
    this.measure.value = measure;
    this.sizes.textContent = `Shapes: ${sizes}`;
    this.costs.setAttribute("aria-pressed", String(table));
  }

  private title(): HTMLElement {
    const { data } = this.state.network;
    const [params, macs, bytes] = data.costs;
    const dims = Object.entries(data.dims)
      .filter(([name]) => name !== "N")
      .map(([name, size]) => `${name} = ${size}`);
    const facts = [
      `${short(params)} parameters`,
      `${short(2 * macs, "FLOPs")}`,
      `${short(bytes, "B")} activations`,
      ...(dims.length ? [`at ${dims.join(", ")}`] : []),
      ...(data.needs.length ? [`needs ${data.needs.join(", ")}`] : []),
    ];
    const heading = h("h1", { title: data.about }, data.name);
    return h(
      "div",
      { class: "title" },
      heading,
      h("p", {}, ...facts.flatMap((fact, k) => [k ? " · " : "", h("span", {}, fact)])),
    );
  }
}

/** What the keys do, as a dialog. */
export function helpOf(keys: readonly Key[]): HTMLDialogElement {
  const rows = keys.map((key) => {
    const names = keyNames(key).flatMap((name) => [h("kbd", {}, name), " "]);
    return h("tr", {}, h("th", { scope: "row" }, ...names), h("td", {}, key.words));
  });
  const mouse = [
    ["Click", "opens or closes a block, and shows what is known of it"],
    ["Drag, wheel", "move the picture"],
    ["Ctrl + wheel, pinch", "come closer or go back"],
  ].map(([what, words]) =>
    h("tr", {}, h("th", { scope: "row" }, what as string), h("td", {}, words as string)),
  );
  const dialog = h("dialog", { class: "help", "aria-label": "Keys" });
  const close = button("✕", () => dialog.close(), { class: "close", "aria-label": "Close" });
  dialog.append(h("h2", {}, "Keys"), close, h("table", {}, h("tbody", {}, ...rows, ...mouse)));
  return dialog;
}
