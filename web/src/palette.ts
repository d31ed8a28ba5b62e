/** Colours of the theme in force, as the style sheet declares them (`archc/viz/theme.py`). */

export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly paper: string;
  readonly producer: string;
  readonly consumer: string;
  readonly chosen: string;
  readonly fill: (family: string) => string;
  readonly border: (family: string) => string;
  /** The colour of a value from 0 to 1 on the scale. */
  readonly heat: (part: number) => string;
}

export function paletteOf(root: Element): Palette {
  const style = getComputedStyle(root);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const stops = [0, 1, 2].map((k) => read(`heat-${k}`));
  return {
    text: read("text"),
    muted: read("muted"),
    line: read("line"),
    paper: read("paper"),
    producer: read("conv-border"),
    consumer: read("merge-border"),
    chosen: read("attention-border"),
    fill: (family) => read(`${family}-fill`),
    border: (family) => read(`${family}-border`),
    heat: (part) => mixed(stops, part),
  };
}

function mixed(stops: readonly string[], part: number): string {
  const place = Math.min(1, Math.max(0, part)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [stops[low] as string, stops[low + 1] as string];
  const channel = (k: number): string => {
    const [from, to] = [a, b].map((one) => Number.parseInt(one.slice(k, k + 2), 16)) as [
      number,
      number,
    ];
    return Math.round(from + (to - from) * (place - low))
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
