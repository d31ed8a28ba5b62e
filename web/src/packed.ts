/** The data that Python writes: `archc/viz/page/packed.py` says what it means. */

export type Ints = readonly number[];

/** Name, words, family, form, settings, cells of a concat, names of the ports. */
export type OpRow = readonly [
  string,
  string,
  string,
  "box" | "merge" | "concat",
  string,
  readonly string[],
  readonly string[],
];

/** Op, types in, types out, parameters, multiply-accumulates, activation bytes, file, line, flags. */
export type LeafRow = readonly [number, Ints, Ints, number, number, number, number, number, number];

/** Children (name, part, ...), hops, numbers of ports in and out, kind, words, form, file, line, flags. */
export type GroupRow = readonly [
  readonly (string | number)[],
  Ints,
  number,
  number,
  string,
  string,
  "block" | "repeat" | "group",
  number,
  number,
  number,
];

export interface Packed {
  readonly name: string;
  readonly about: string;
  readonly level: number;
  readonly costs: readonly [number, number, number];
  readonly dims: Readonly<Record<string, number>>;
  readonly needs: readonly string[];
  readonly ins: readonly (readonly [string, number])[];
  readonly outs: readonly (readonly [string, number, number])[];
  readonly root: readonly [readonly (string | number)[], Ints];
  readonly seen: Ints;
  readonly fields: readonly (null | "all" | Ints)[];
  readonly types: readonly (readonly [string, string])[];
  readonly ops: readonly OpRow[];
  readonly files: readonly (readonly [string, Readonly<Record<string, string>>])[];
  readonly parts: readonly (LeafRow | GroupRow)[];
  readonly looks: readonly (readonly [string, string])[];
}

export const TRAINING = 1;
export const AGAIN = 2;
