/** Boxes and lines without a place, and with one: what layouts take and give. */

/** A box around its axis. Values enter at the top at `ins[port]` and leave below at `outs[port]`. */
export interface Block {
  readonly left: number;
  readonly right: number;
  readonly height: number;
  /** Room below it, for the words on the line that leaves. */
  readonly foot: number;
  readonly ins: readonly number[];
  readonly outs: readonly number[];
}

/** A line from an output of a block to an input of another, by their numbers. */
export interface Joint {
  readonly from: number;
  readonly out: number;
  readonly to: number;
  readonly into: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a line turns: it runs straight down from `top` to `end` at `x`, then swings to the next. */
export interface Station {
  readonly x: number;
  readonly top: number;
  readonly end: number;
}

/** A layout: the axis and top of each block, the stations of each joint, and how far it reaches. */
export interface Placed {
  readonly at: readonly Point[];
  readonly lines: readonly (readonly Station[])[];
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

export const inX = (block: Block, port: number): number => block.ins[port] ?? 0;
export const outX = (block: Block, port: number): number => block.outs[port] ?? 0;

/** The room that lines need to swing sideways by so much. */
export const swing = (sideways: number): number => Math.min(64, 16 + sideways * 0.12);
