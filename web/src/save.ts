/** The picture as a file of its own: what is shown, all of it, in the colours of the theme. */
import { s } from "./dom.ts";
import { FONT } from "./draw.ts";
import type { State } from "./state.ts";
import type { View } from "./view.ts";

const MARGIN = 16;

/** What is seen as an SVG element that needs no style sheet. */
export function pictureOf(view: View): SVGSVGElement {
  const { area } = view.scene;
  const [x, y] = [area.x - MARGIN, area.y - MARGIN].map(Math.floor) as [number, number];
  const [width, height] = [area.width, area.height].map((one) => Math.ceil(one + 2 * MARGIN)) as [
    number,
    number,
  ];
  const size = { viewBox: `${x} ${y} ${width} ${height}`, width, height };
  const paper = s("rect", { x, y, width, height, fill: view.palette.paper });
  const found = s(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", ...size, "font-family": FONT },
    paper,
  );
  found.append(...view.everything());
  return found;
}

export function save(view: View, state: State): void {
  const text = new XMLSerializer().serializeToString(pictureOf(view));
  const blob = new Blob([text], { type: "image/svg+xml" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${state.network.data.name.replace(/[^\w.-]+/g, "_") || "network"}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** For paper: all that is shown on one page, by day, in place of what the pane holds. */
export function printable(view: View): void {
  const root = document.documentElement;
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  let theme: string | null = null;
  addEventListener("beforeprint", () => {
    theme = root.getAttribute("data-theme");
    root.setAttribute("data-theme", "light");
    view.recolour();
    sheet.replaceChildren(pictureOf(view));
    document.body.append(sheet);
  });
  addEventListener("afterprint", () => {
    sheet.remove();
    if (theme) root.setAttribute("data-theme", theme);
    else root.removeAttribute("data-theme");
    view.recolour();
  });
}
