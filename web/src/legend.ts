/** What the colours mean: the families that are shown, or a scale. */
import { figure, figureWords, type Measure, TITLES } from "./colouring.ts";
import { h } from "./dom.ts";
import { familyOf } from "./draw.ts";
import type { State } from "./state.ts";
import type { View } from "./view.ts";

export class Legend {
  readonly element = h("div", {
    class: "legend",
    role: "note",
    "aria-label": "What the colours mean",
  });

  constructor(
    private readonly view: View,
    private readonly state: State,
  ) {}

  update(): void {
    const { measure } = this.state.settings;
    const parts = measure === "family" ? this.families() : this.scale(measure);
    this.element.replaceChildren(...parts);
  }

  private families(): HTMLElement[] {
    const present = new Set(this.view.scene.boxes.map(familyOf));
    return this.state.network.data.looks
      .filter(([family]) => present.has(family) && family !== "io")
      .map(([family, title]) => {
        const chip = h("span", { class: "chip" }, title);
        chip.style.backgroundColor = `var(--${family}-fill)`;
        chip.style.borderColor = `var(--${family}-border)`;
        return chip;
      });
  }

  /** The scale is one of square roots: its middle is a quarter of the largest. */
  private scale(measure: Measure): HTMLElement[] {
    const largest = this.view.largest();
    const { network } = this.state;
    const every = [...this.view.scene.box.keys()].some(
      (node) => figure(network, node, measure) === Number.POSITIVE_INFINITY,
    );
    const { heat } = this.view.palette;
    const bar = h("span", { class: "ramp" });
    bar.style.background = `linear-gradient(to right, ${[0, 0.25, 0.5, 0.75, 1].map(heat).join(", ")})`;
    const ticks = [0, 0.25, 1].map((part) =>
      h("span", {}, figureWords(part === 0.25 ? Math.round(largest / 4) : part * largest, measure)),
    );
    const end = every ? [h("span", { class: "chip all" }, "the whole input: as the largest")] : [];
    return [
      h("b", {}, TITLES[measure]),
      h("span", { class: "scale" }, bar, h("span", { class: "ticks" }, ...ticks)),
      ...end,
    ];
  }
}
