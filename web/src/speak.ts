/** What a screen reader hears of a box or a frame. */
import { fieldWords } from "./colouring.ts";
import { short } from "./figures.ts";
import type { Node } from "./model.ts";
import { TRAINING } from "./packed.ts";
import type { State } from "./state.ts";
import { consumers, producers } from "./trace.ts";

/** Name, kind and shape; then what it is fed by and feeds, as it is drawn now. */
export function labelOf(state: State, node: Node): string {
  const parts = [node.name, node.op ? node.words : groupWords(node)];
  const type = state.network.data.types[node.outs[0] ?? -1];
  if (type) parts.push(`gives ${type[0]}`);
  if (node.params) parts.push(`${short(node.params)} parameters`);
  if (node.flags & TRAINING) parts.push("in training only");
  return parts.join(", ");
}

/** The same with its neighbours, for what has the focus. */
export function fullLabelOf(state: State, node: Node): string {
  const names = (nodes: readonly Node[]): string =>
    nodes
      .slice(0, 4)
      .map((one) => one.name)
      .join(", ") + (nodes.length > 4 ? ` and ${nodes.length - 4} more` : "");
  const [before, after] = [producers(node, state.isBox).nodes, consumers(node, state.isBox).nodes];
  const parts = [labelOf(state, node)];
  if (before.length) parts.push(`from ${names(before)}`);
  if (after.length) parts.push(`to ${names(after)}`);
  const field = fieldWords(state.network, node);
  if (field !== "–") parts.push(`sees ${field}`);
  return parts.join("; ");
}

function groupWords(node: Node): string {
  const kind = node.form === "repeat" ? `${node.children.length} times ${node.kind}` : node.kind;
  return [kind === node.name ? "group" : kind, node.form === "repeat" ? "" : node.words]
    .filter(Boolean)
    .join(", ");
}

/** A polite word about what just happened. */
export class Announcer {
  constructor(private readonly place: HTMLElement) {}

  say(words: string): void {
    this.place.textContent = words;
  }
}
