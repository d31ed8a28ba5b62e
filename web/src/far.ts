/** The picture from afar: a path for each colour instead of an element for each box, and no words. */
import { s } from "./dom.ts";
import { familyOf, ground, type Paint } from "./draw.ts";
import { NAME, width } from "./measure.ts";
import { type Area, type Box, type Frame, type Line, meets, pathOf } from "./scene.ts";
import { heading } from "./shapes.ts";

const n = (value: number): number => Math.round(value);

const outline = ({ x, y, width: w, height }: Area): string =>
  `M${n(x)} ${n(y)}h${n(w)}v${n(height)}h${-n(w)}z`;

export function drawFar(
  boxes: readonly Box[],
  frames: readonly Frame[],
  lines: readonly Line[],
  paint: Paint,
  scale: number,
): SVGElement[] {
  const { palette } = paint;
  const thin = { "stroke-width": Math.max(1, 0.7 / scale) };
  const found: SVGElement[] = [];
  for (const depth of [...new Set(frames.map((one) => one.depth))].sort((a, b) => a - b)) {
    const d = frames
      .filter((one) => one.depth === depth)
      .map(outline)
      .join("");
    const fill = ground(depth, palette);
    found.push(s("path", { d, fill, stroke: palette.border("block"), ...thin }));
  }
  const d = lines.map((line) => pathOf(line, false)).join("");
  found.push(s("path", { d, fill: "none", stroke: palette.line, ...thin }));
  const byColour = new Map<string, string[]>();
  for (const box of boxes) {
    const key = `${paint.fill(box)} ${palette.border(familyOf(box))}`;
    const paths = byColour.get(key) ?? [];
    if (!paths.length) byColour.set(key, paths);
    paths.push(outline(box));
  }
  for (const [key, paths] of byColour) {
    const [fill, stroke] = key.split(" ") as [string, string];
    found.push(s("path", { d: paths.join(""), fill, stroke, ...thin }));
  }
  return [...found, ...titles(frames, paint, scale)];
}

/** Names of open groups in a size that can be read, where there is room for them. */
function titles(frames: readonly Frame[], { palette }: Paint, scale: number): SVGElement[] {
  const size = NAME / scale;
  const taken: Area[] = [];
  const found: SVGElement[] = [];
  for (const { node, x, y, height, width: room } of frames) {
    const [name] = heading(node);
    const area = {
      x: x + 6 / scale,
      y,
      width: width(name, NAME, true) / scale,
      height: 18 / scale,
    };
    if (
      height < area.height * 1.6 ||
      room * 1.6 < area.width ||
      taken.some((one) => meets(one, area))
    )
      continue;
    taken.push(area);
    const more = {
      fill: palette.text,
      "font-weight": "bold",
      "paint-order": "stroke",
      stroke: palette.paper,
    };
    const place = { x: area.x, y: y + 14 / scale, "font-size": size, "stroke-width": 3 / scale };
    found.push(s("text", { ...place, ...more }, name));
    if (found.length > 150) break;
  }
  return found;
}
