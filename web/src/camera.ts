/** Where one looks: world coordinates become pixels by `x * scale + left`. */
import type { Area } from "./scene.ts";

export interface Camera {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

export const SMALLEST = 0.004;
export const LARGEST = 4;
const MARGIN = 24;

export interface Pane {
  readonly width: number;
  readonly height: number;
}

const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** All of an area in the pane. */
export function fitted(area: Area, pane: Pane): Camera {
  const across = (pane.width - 2 * MARGIN) / area.width;
  const down = (pane.height - 2 * MARGIN) / area.height;
  return centred(area, pane, clamp(Math.min(across, down), SMALLEST, 1.25), true);
}

/** An area as wide as the pane, from its top, in a size that can be read. */
export function fittedAcross(area: Area, pane: Pane): Camera {
  const across = (pane.width - 2 * MARGIN) / area.width;
  return centred(area, pane, clamp(across, 0.62, 1.1), false);
}

function centred(area: Area, pane: Pane, scale: number, middle: boolean): Camera {
  const room = pane.height - area.height * scale;
  return {
    left: pane.width / 2 - (area.x + area.width / 2) * scale,
    top: (middle || room > 2 * MARGIN ? Math.max(MARGIN, room / 2) : MARGIN) - area.y * scale,
    scale,
  };
}

/** Closer by a factor, the point of the pane at (x, y) staying where it is. */
export function zoomed(camera: Camera, factor: number, x: number, y: number): Camera {
  const scale = clamp(camera.scale * factor, SMALLEST, LARGEST);
  const by = scale / camera.scale;
  return { left: x - (x - camera.left) * by, top: y - (y - camera.top) * by, scale };
}

/** Moved as little as brings an area into the pane; its top left corner if it is too large. */
export function shifted(camera: Camera, area: Area, pane: Pane): Camera {
  const along = (start: number, length: number, room: number, from: number): number => {
    const low = start * camera.scale + from;
    const high = low + length * camera.scale;
    if (low < MARGIN || high - low > room - 2 * MARGIN) return from + (MARGIN - low);
    return high > room - MARGIN ? from - (high - room + MARGIN) : from;
  };
  return {
    left: along(area.x, area.width, pane.width, camera.left),
    top: along(area.y, area.height, pane.height, camera.top),
    scale: camera.scale,
  };
}

/** Readable, with an area in the middle of the pane. */
export function lookingAt(camera: Camera, area: Area, pane: Pane): Camera {
  const scale = Math.max(camera.scale, 0.8);
  const tall = area.height * scale > pane.height - 2 * MARGIN;
  return {
    left: pane.width / 2 - (area.x + area.width / 2) * scale,
    top: tall ? MARGIN - area.y * scale : pane.height / 2 - (area.y + area.height / 2) * scale,
    scale,
  };
}

/** The part of the world that is in the pane, and `more` of its size around it. */
export function seen(camera: Camera, pane: Pane, more = 0): Area {
  const [width, height] = [pane.width / camera.scale, pane.height / camera.scale];
  return {
    x: -camera.left / camera.scale - more * width,
    y: -camera.top / camera.scale - more * height,
    width: width * (1 + 2 * more),
    height: height * (1 + 2 * more),
  };
}
