/** The picture on the screen: draws what is in the pane, and what is lit or chosen over it. */
import * as cameras from "./camera.ts";
import { figure, most, onScale } from "./colouring.ts";
import { s } from "./dom.ts";
import { drawBox, drawFrame, drawLine, FONT, familyOf, type Paint, tip } from "./draw.ts";
import { drawFar } from "./far.ts";
import { Layouts } from "./layout.ts";
import type { Node } from "./model.ts";
import { type Palette, paletteOf } from "./palette.ts";
import { type Area, type Box, meets, reachOf, type Scene, sceneOf } from "./scene.ts";
import { Shapes, type Sizes } from "./shapes.ts";
import { isSkip } from "./skips.ts";
import type { State } from "./state.ts";

interface Layers {
  readonly lower: SVGElement[];
  readonly upper: SVGElement[];
}

/** How much more than the pane is drawn on each side, in panes: less is drawn again more often. */
const AROUND = 0.25;
/** Below this scale words cannot be read, and the picture is drawn from afar. */
const READABLE = 0.55;

export class View {
  readonly svg = s("svg", { class: "picture", "font-family": FONT, tabindex: -1 });
  /** Over frames and lines, under boxes. */
  readonly between = s("g", { class: "lit", "pointer-events": "none" });
  readonly over = s("g", { class: "over" });
  private readonly world = s("g");
  private readonly lower = s("g");
  private readonly upper = s("g");
  private layouts: Layouts;
  private drawn: { area: Area; far: boolean; scale: number } | null = null;
  private moved: () => void = () => undefined;
  private sliding = 0;
  scene: Scene;
  camera: cameras.Camera = { left: 0, top: 0, scale: 1 };
  palette: Palette;

  constructor(private readonly state: State) {
    this.layouts = this.freshLayouts(state.settings.sizes);
    this.scene = this.freshScene();
    this.palette = paletteOf(document.documentElement);
    this.world.append(this.lower, this.between, this.upper, this.over);
    this.svg.append(this.world);
  }

  get shapes(): Shapes {
    return this.layouts.shapes;
  }

  get pane(): cameras.Pane {
    return { width: this.svg.clientWidth || 800, height: this.svg.clientHeight || 600 };
  }

  onMove(listener: () => void): void {
    this.moved = listener;
  }

  /** Lay out again what is open now; `anchor` stays where it is on the screen. */
  relayout(anchor: Node | null = null): void {
    const before = anchor ? this.areaOf(anchor) : null;
    const { sizes } = this.state.settings;
    if (this.shapes.sizes !== sizes) this.layouts = this.freshLayouts(sizes);
    this.scene = this.freshScene();
    const after = anchor ? this.areaOf(anchor) : null;
    this.drawn = null;
    if (before && after) this.hold(before, after);
    else this.paint();
  }

  /** Colours have changed. */
  recolour(): void {
    this.palette = paletteOf(document.documentElement);
    this.drawn = null;
    this.paint();
  }

  look(camera: cameras.Camera): void {
    cancelAnimationFrame(this.sliding);
    this.camera = camera;
    this.paint();
    this.moved();
  }

  /** Look there, moving where motion is welcome and the way is short enough to be followed. */
  slide(camera: cameras.Camera): void {
    cancelAnimationFrame(this.sliding);
    const [from, start] = [this.camera, performance.now()];
    const { width, height } = this.pane;
    const near =
      Math.abs(Math.log(camera.scale / from.scale)) < 1 &&
      Math.abs(camera.left - from.left) < width &&
      Math.abs(camera.top - from.top) < height;
    if (!near || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.look(camera);
      return;
    }
    const step = (): void => {
      const part = Math.min(1, (performance.now() - start) / 140);
      const eased = 1 - (1 - part) ** 3;
      const mix = (a: number, b: number): number => a + (b - a) * eased;
      this.camera = {
        left: mix(from.left, camera.left),
        top: mix(from.top, camera.top),
        scale: mix(from.scale, camera.scale),
      };
      this.paint();
      if (part < 1) this.sliding = requestAnimationFrame(step);
      else this.moved();
    };
    step();
  }

  areaOf(node: Node): Area | null {
    return this.scene.box.get(node) ?? this.scene.frame.get(node) ?? null;
  }

  paintOf(palette: Palette): Paint {
    const { measure } = this.state.settings;
    if (measure === "family") return { palette, fill: (box) => palette.fill(familyOf(box)) };
    const { network } = this.state;
    const largest = this.largest();
    const fill = ({ node }: Box): string =>
      node ? palette.heat(onScale(figure(network, node, measure), largest)) : palette.paper;
    return { palette, fill };
  }

  /** The largest figure on the scale: of the boxes that are shown. */
  largest(): number {
    return most(this.state.network, this.scene.box.keys(), this.state.settings.measure);
  }

  /** Draw again if what is drawn does not reach as far as the pane does. */
  private paint(): void {
    const { left, top, scale } = this.camera;
    this.world.setAttribute("transform", `translate(${left} ${top}) scale(${scale})`);
    const need = cameras.seen(this.camera, this.pane);
    const far = scale < READABLE;
    const old = this.drawn;
    const close = old && (!far || Math.abs(Math.log(old.scale / scale)) < 0.7);
    if (old && close && old.far === far && covers(old.area, this.clipped(need))) return;
    const area = cameras.seen(this.camera, this.pane, far ? 1 : AROUND);
    this.drawn = { area, far, scale };
    const { lower, upper } = this.elements(area, far, this.paintOf(this.palette));
    this.lower.replaceChildren(tip(this.palette), ...lower);
    this.upper.replaceChildren(...upper);
  }

  /** Outside the picture nothing has to be drawn. */
  private clipped(need: Area): Area {
    const { area } = this.scene;
    const [x, y] = [Math.max(need.x, area.x), Math.max(need.y, area.y)];
    return {
      x,
      y,
      width: Math.min(need.x + need.width, area.x + area.width) - x,
      height: Math.min(need.y + need.height, area.y + area.height) - y,
    };
  }

  /** What of the picture lies in an area: frames and lines, and boxes over them. */
  private elements(area: Area, far: boolean, paint: Paint): Layers {
    const frames = this.scene.frames.filter((one) => meets(one, area));
    const lines = this.scene.lines.filter((one) => meets(reachOf(one), area));
    const boxes = this.scene.boxes.filter((one) => meets(one, area));
    if (far) return { lower: drawFar(boxes, frames, lines, paint, this.camera.scale), upper: [] };
    return {
      lower: [
        ...frames.map((one) => drawFrame(one, paint)),
        ...lines.map((one) => drawLine(one, paint)),
      ],
      upper: boxes.map((one) => drawBox(one, paint)),
    };
  }

  /** All that is shown, for a picture of its own. */
  everything(): SVGElement[] {
    const all = { x: -1e9, y: -1e9, width: 2e9, height: 2e9 };
    const { lower, upper } = this.elements(all, false, this.paintOf(this.palette));
    return [tip(this.palette), ...lower, ...upper];
  }

  private hold(before: Area, after: Area): void {
    const { left, top, scale } = this.camera;
    const middle = (area: Area): number => area.x + area.width / 2;
    this.look({
      left: left + (middle(before) - middle(after)) * scale,
      top: top + (before.y - after.y) * scale,
      scale,
    });
  }

  private freshLayouts(sizes: Sizes): Layouts {
    return new Layouts(new Shapes(this.state.network, sizes), this.state.isOpen);
  }

  private freshScene(): Scene {
    const { root } = this.state.network;
    return sceneOf(root, this.layouts.of(root), this.shapes, isSkip);
  }
}

const covers = (a: Area, b: Area): boolean =>
  a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width && a.y + a.height >= b.y + b.height;
