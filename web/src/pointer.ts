/** Mouse, pen and fingers: drag to move, wheel to scroll, pinch or Ctrl and wheel to come closer. */
import { zoomed } from "./camera.ts";
import type { Node } from "./model.ts";
import { hit } from "./scene.ts";
import type { View } from "./view.ts";

export interface PointerActions {
  /** A click on a node, or beside all of them. */
  readonly click: (node: Node | null) => void;
  readonly press: () => void;
  readonly hover: (node: Node | null, x: number, y: number) => void;
}

interface Finger {
  x: number;
  y: number;
}

const LINE = 20;
const STILL = 5;

export function listen(view: View, actions: PointerActions): void {
  const { svg } = view;
  const fingers = new Map<number, Finger>();
  let travelled = 0;

  const spot = (event: MouseEvent): Finger => {
    const box = svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const nodeAt = ({ x, y }: Finger): Node | null => {
    const { left, top, scale } = view.camera;
    return hit(view.scene, (x - left) / scale, (y - top) / scale)?.node ?? null;
  };

  svg.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? LINE : 1;
      const { x, y } = spot(event);
      if (event.ctrlKey || event.metaKey) {
        view.look(zoomed(view.camera, Math.exp((-event.deltaY * unit) / 240), x, y));
        return;
      }
      const [dx, dy] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      const { left, top, scale } = view.camera;
      view.look({ left: left - dx * unit, top: top - dy * unit, scale });
    },
    { passive: false },
  );

  svg.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    if (!fingers.size) travelled = 0;
    fingers.set(event.pointerId, spot(event));
  });

  svg.addEventListener("pointermove", (event) => {
    const now = spot(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      const node = nodeAt(now);
      svg.classList.toggle("over-node", node !== null);
      actions.hover(node, now.x, now.y);
      return;
    }
    const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, one]) => one);
    fingers.set(event.pointerId, now);
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (travelled < STILL) return;
    if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    svg.classList.add("moving");
    if (other) pinch(before, now, other);
    else move(now.x - before.x, now.y - before.y);
  });

  function move(dx: number, dy: number): void {
    const { left, top, scale } = view.camera;
    view.look({ left: left + dx, top: top + dy, scale });
  }

  function pinch(before: Finger, now: Finger, other: Finger): void {
    const apart = (one: Finger): number => Math.hypot(one.x - other.x, one.y - other.y) || 1;
    view.look(
      zoomed(view.camera, apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2),
    );
    move((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  const lift = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    if (!fingers.size) svg.classList.remove("moving");
  };
  svg.addEventListener("pointerup", lift);
  svg.addEventListener("pointercancel", lift);
  svg.addEventListener("pointerleave", () => actions.hover(null, 0, 0));
  svg.addEventListener("click", (event) => {
    // A screen reader presses what has the focus, wherever the pointer is.
    if (event.detail === 0) actions.press();
    else if (travelled < STILL) actions.click(nodeAt(spot(event)));
    travelled = 0;
  });
}
