/** How wide words are, in the face that the picture is drawn in. */

export const FACE = "Helvetica, Arial, sans-serif";
export const NAME = 12;
export const WORDS = 10;
export const PILL = 9;

const pen = document.createElement("canvas").getContext("2d");
const known = new Map<string, number>();

/** Pixels of a line of text at a size, bold or not. */
export function width(text: string, size: number, bold = false): number {
  const key = `${bold ? "b" : "r"}${size} ${text}`;
  let found = known.get(key);
  if (found === undefined) {
    found = measured(text, size, bold);
    known.set(key, found);
  }
  return found;
}

function measured(text: string, size: number, bold: boolean): number {
  if (!pen) return text.length * size * 0.58;
  pen.font = `${bold ? "bold " : ""}${size}px ${FACE}`;
  return Math.ceil(pen.measureText(text).width);
}

/** The text, cut in the middle where it has more characters than fit. */
export function short(text: string, longest: number): string {
  const letters = [...text];
  if (letters.length <= longest) return text;
  const half = (longest - 1) >> 1;
  return `${letters.slice(0, half).join("")}…${letters.slice(-half).join("")}`;
}
