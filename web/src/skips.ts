/** Which links of a group jump over others: their end can be reached by a longer way too. */
import type { Link, Node, Wiring } from "./model.ts";

const known = new WeakMap<Wiring, boolean[]>();

export function isSkip(group: Node, link: number): boolean {
  const wiring = group.wiring as Wiring;
  let found = known.get(wiring);
  if (!found) {
    found = skipsOf(wiring, group.children.length);
    known.set(wiring, found);
  }
  return found[link] ?? false;
}

/** Children are in execution order, so every link leads forward and a way never turns back. */
function skipsOf(wiring: Wiring, count: number): boolean[] {
  const after = Array.from({ length: count }, (_, k) =>
    (wiring.after.get(k) ?? []).map((link) => headOf(wiring.links[link] as Link, count)),
  );
  const entered = wiring.links.filter(({ from }) => from < 0);
  return wiring.links.map((link) => {
    const head = headOf(link, count);
    const starts = link.from < 0 ? entered.filter(({ out }) => out === link.out) : siblings(link);
    return starts.some((one) => one !== link && leads(headOf(one, count), head, after));
  });

  function siblings({ from, out }: Link): Link[] {
    const links = (wiring.after.get(from) ?? []).map((link) => wiring.links[link] as Link);
    return links.filter((link) => link.out === out || link.to !== -1);
  }
}

/** The child that a link leads to; the group's outputs are one, the last. */
const headOf = ({ to }: Link, count: number): number => (to < 0 ? count : to);

function leads(start: number, goal: number, after: readonly (readonly number[])[]): boolean {
  const [seen, todo] = [new Set<number>(), [start]];
  while (todo.length) {
    const one = todo.pop() as number;
    if (one >= goal || seen.has(one)) continue;
    seen.add(one);
    for (const next of after[one] ?? []) {
      if (next === goal) return true;
      todo.push(next);
    }
  }
  return false;
}
