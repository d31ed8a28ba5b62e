/** What the reader can do, by button or by key. */
import type { Key } from "./keys.ts";
import type { Way } from "./walk.ts";

export interface Commands {
  readonly deeper: () => void;
  readonly shallower: () => void;
  readonly fit: () => void;
  readonly across: () => void;
  readonly zoom: (factor: number) => void;
  readonly move: (way: Way) => void;
  readonly act: () => void;
  /** Open or close all groups of the kind that was pointed at. */
  readonly ofKind: (opened: boolean) => void;
  readonly search: () => void;
  readonly table: () => void;
  readonly theme: () => void;
  readonly save: () => void;
  readonly leave: () => void;
  readonly help: () => void;
}

export function keysOf(does: Commands): readonly Key[] {
  const key = (keys: string[], words: string, press: () => void): Key => ({ keys, words, press });
  const inside = (keys: string[], words: string, press: () => void): Key => {
    return { keys, words, press, picture: true };
  };
  return [
    key(["/"], "search names, ops, shapes and file:line", does.search),
    key(["f"], "fit all of the picture", does.fit),
    key(["w"], "fit its width", does.across),
    key(["+", "="], "closer", () => does.zoom(1.3)),
    key(["-"], "farther", () => does.zoom(1 / 1.3)),
    inside(["ArrowDown"], "to what this feeds", () => does.move("down")),
    inside(["ArrowUp"], "to what feeds this", () => does.move("up")),
    inside(["ArrowLeft"], "to what stands left", () => does.move("left")),
    inside(["ArrowRight"], "to what stands right", () => does.move("right")),
    inside(["Backspace", "p"], "to the group around", () => does.move("out")),
    inside(["Home"], "to the first", () => does.move("first")),
    inside(["End"], "to the last", () => does.move("last")),
    inside(["Enter", " "], "open or close a block; details of an op", does.act),
    key(["e"], "open all blocks of this kind", () => does.ofKind(true)),
    key(["c"], "close all blocks of this kind", () => does.ofKind(false)),
    key(["t"], "the cost table", does.table),
    key(["d"], "dark or light", does.theme),
    key(["Escape"], "leave the details, the table, the search", does.leave),
    key(["?"], "these keys", does.help),
  ];
}
