/** Boxes, frames and lines as SVG. Colours are attributes, so that a saved picture keeps them. */
import { s } from "./dom.ts";
import { HEAD } from "./layout.ts";
import { FACE, NAME, PILL, WORDS, width } from "./measure.ts";
import type { Node } from "./model.ts";
import { TRAINING } from "./packed.ts";
import type { Palette } from "./palette.ts";
import { type Box, type Frame, type Line, pathOf } from "./scene.ts";
import { heading, type Shape, STACK } from "./shapes.ts";

export interface Paint {
  readonly palette: Palette;
  /** The fill of a box. */
  readonly fill: (box: Box) => string;
}

export const familyOf = (box: Box): string => box.node?.op?.family ?? (box.node ? "block" : "io");

function words(
  text: string,
  x: number,
  y: number,
  size: number,
  fill: string,
  more = {},
): SVGTextElement {
  return s("text", { x, y, "font-size": size, fill, "text-anchor": "middle", ...more }, text);
}

/** A box in its form, at its place. */
export function drawBox(box: Box, paint: Paint): SVGGElement {
  const family = familyOf(box);
  const [fill, border] = [paint.fill(box), paint.palette.border(family)];
  const group = s("g", {
    class: `node fam-${family}`,
    transform: `translate(${box.axis} ${box.y})`,
  });
  if (box.shape.form === "merge") drawMerge(group, box.shape, fill, border, paint.palette);
  else if (box.shape.form === "concat") drawConcat(group, box.shape, fill, border, paint.palette);
  else drawPlain(group, box, fill, border, paint.palette);
  if (box.shape.pill) drawPill(group, box, paint.palette);
  // What is not written out, a sign's name or a long one, is told when it is pointed at.
  if (box.node && box.shape.title !== box.node.name) group.append(s("title", {}, box.node.path));
  return group;
}

function drawPlain(
  group: SVGGElement,
  box: Box,
  fill: string,
  border: string,
  palette: Palette,
): void {
  const { shape, node } = box;
  const frame = {
    x: -shape.half,
    width: 2 * shape.half,
    height: shape.height - (shape.badge ? STACK : 0),
    fill,
    stroke: border,
  };
  const rx = shape.form === "end" ? shape.height / 2 : 4;
  const dashed = trains(node) ? "4 3" : null;
  if (node?.form === "repeat") {
    for (const by of [STACK, STACK / 2]) {
      group.append(s("rect", { ...frame, x: frame.x + by, y: by, rx }));
    }
  }
  group.append(s("rect", { ...frame, rx, "stroke-width": 1.2, "stroke-dasharray": dashed }));
  group.append(words(shape.title, 0, 17, NAME, palette.text, { "font-weight": "bold" }));
  shape.lines.forEach((line, k) => {
    group.append(words(line, 0, 31 + 14 * k, WORDS, palette.text));
  });
  if (shape.badge) drawBadge(group, shape, border, palette);
  if (shape.form === "closed") drawSign(group, shape.half - 9, true, border);
}

function drawBadge(group: SVGGElement, shape: Shape, border: string, palette: Palette): void {
  const wide = width(shape.badge, WORDS, true) + 12;
  const x = -shape.half - 4;
  group.append(s("rect", { x, y: -8, width: wide, height: 17, rx: 8.5, fill: border }));
  group.append(
    words(shape.badge, x + wide / 2, 4, WORDS, palette.paper, { "font-weight": "bold" }),
  );
}

const trains = (node: Node | null): boolean => ((node?.flags ?? 0) & TRAINING) > 0;

/** A plus where something can be opened, a minus where it is open. */
function drawSign(group: SVGGElement, x: number, plus: boolean, colour: string): void {
  const path = `M${x - 4} 9h8${plus ? `M${x} 5v8` : ""}`;
  group.append(s("path", { d: path, stroke: colour, "stroke-width": 1.6, fill: "none" }));
}

function drawMerge(
  group: SVGGElement,
  shape: Shape,
  fill: string,
  border: string,
  palette: Palette,
): void {
  const round = { rx: 13, fill, stroke: border, "stroke-width": 1.4 };
  group.append(s("rect", { x: -shape.half, y: 0, width: 2 * shape.half, height: 26, ...round }));
  group.append(words(shape.title, 0, 17.5, NAME + 1, palette.text, { "font-weight": "bold" }));
}

function drawConcat(
  group: SVGGElement,
  shape: Shape,
  fill: string,
  border: string,
  palette: Palette,
): void {
  const whole = { x: -shape.half, y: 0, width: 2 * shape.half, height: 34 };
  group.append(s("rect", { ...whole, rx: 2, fill, stroke: border, "stroke-width": 1.4 }));
  for (const cell of shape.cells) {
    const edge = { x: cell.x, y: 0, width: cell.width, height: 16, fill: "none", stroke: border };
    group.append(s("rect", edge));
    group.append(words(cell.text, cell.x + cell.width / 2, 11.5, PILL, palette.text));
  }
  group.append(words(shape.title, 0, 29, NAME - 1, palette.text, { "font-weight": "bold" }));
}

/** The shape that flows on, over the line below the box. */
function drawPill(group: SVGGElement, { shape, depth }: Box, palette: Palette): void {
  const wide = width(shape.pill, PILL) + 8;
  const y = shape.height + 3;
  group.append(
    s("rect", { x: -wide / 2, y, width: wide, height: 13, rx: 3, fill: ground(depth, palette) }),
  );
  group.append(words(shape.pill, 0, y + 10, PILL, palette.muted));
}

/** What is behind the boxes in so many open groups. */
export const ground = (depth: number, palette: Palette): string =>
  depth % 2 ? palette.fill("block") : palette.paper;

/** An open group: its frame, and in the corner its name and kind. */
export function drawFrame(frame: Frame, { palette }: Paint): SVGGElement {
  const [name, kind] = heading(frame.node);
  const border = palette.border("block");
  const group = s("g", {
    class: "node frame fam-block",
    transform: `translate(${frame.x} ${frame.y})`,
  });
  const fill = ground(frame.depth, palette);
  const size = { width: frame.width, height: frame.height, rx: 6, fill, stroke: border };
  const dashed = trains(frame.node) ? "4 3" : null;
  group.append(s("rect", { ...size, "stroke-width": 1, "stroke-dasharray": dashed }));
  drawSign(group, 12, false, border);
  const start = { "text-anchor": "start" };
  group.append(words(name, 22, 14, NAME, palette.text, { ...start, "font-weight": "bold" }));
  group.append(words(kind, 22, 27, WORDS, palette.muted, start));
  group.append(s("rect", { width: frame.width, height: HEAD, fill: "none", class: "head" }));
  return group;
}

export function drawLine(line: Line, { palette }: Paint): SVGPathElement {
  return s("path", {
    d: pathOf(line),
    fill: "none",
    stroke: palette.line,
    "stroke-width": line.skip ? 1.2 : 1.5,
    "stroke-dasharray": line.skip ? "5 3" : null,
    class: line.skip ? "skip" : "flow",
    "marker-end": line.tip ? "url(#tip)" : null,
  });
}

export function tip(palette: Palette): SVGDefsElement {
  const shape = {
    id: "tip",
    viewBox: "0 0 8 8",
    refX: 7,
    refY: 4,
    markerWidth: 7,
    markerHeight: 7,
  };
  const arrow = s("path", { d: "M0 0.8L8 4L0 7.2z", fill: palette.line });
  const units = { markerUnits: "userSpaceOnUse", orient: "auto" };
  return s("defs", {}, s("marker", { ...shape, ...units }, arrow));
}

export const FONT = FACE;
