/** Numbers as people read them, as `archc summary` writes them. */

const UNITS = ["", "k", "M", "G", "T", "P", "E"];

export const thousands = (number: number): string => number.toLocaleString("en-GB");

/** Three significant digits and a decimal prefix. */
export function short(number: number, unit = ""): string {
  let [value, step] = [number, 0];
  while (Number(value.toPrecision(3)) >= 1000 && step < UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  const digits = step ? value.toPrecision(3) : String(number);
  return `${digits} ${UNITS[step]}${unit}`.trimEnd();
}

/** A part of a whole in per cent; empty where that says nothing. */
export function share(part: number, whole: number): string {
  if (!part || !whole) return "";
  const percent = (100 * part) / whole;
  return percent < 0.1 ? "<0.1 %" : `${percent.toFixed(1)} %`;
}
