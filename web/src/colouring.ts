/** What boxes are coloured by: their family, or a figure on a scale. */
import { share, short } from "./figures.ts";
import type { Network, Node } from "./model.ts";

export const MEASURES = ["family", "params", "flops", "memory", "field"] as const;
export type Measure = (typeof MEASURES)[number];

export const TITLES: Readonly<Record<Measure, string>> = {
  family: "family",
  params: "parameters",
  flops: "FLOPs",
  memory: "activation memory",
  field: "receptive field",
};

export const ALL = Number.POSITIVE_INFINITY;

/** The figure of a node; a receptive field counts its longest side, `ALL` if it is everything. */
export function figure(network: Network, node: Node, measure: Measure): number {
  if (measure === "params") return node.params;
  if (measure === "flops") return 2 * node.macs;
  if (measure === "memory") return node.bytes;
  return measure === "field" ? reach(network, node) : 0;
}

function reach(network: Network, node: Node): number {
  let most = 0;
  for (let leaf = node.first; leaf < node.last; leaf += 1) {
    const field = network.data.fields[network.data.seen[leaf] as number];
    if (field === "all") return ALL;
    for (const side of field ?? []) most = Math.max(most, side);
  }
  return most;
}

/** The receptive field as people write it; a group's is that of its last op. */
export function fieldWords(network: Network, node: Node): string {
  const field = network.data.fields[network.data.seen[node.last - 1] as number];
  if (field === "all") return "the whole input";
  return field ? field.join(" × ") : "–";
}

export function figureWords(value: number, measure: Measure): string {
  if (measure === "field") return value === ALL ? "all" : String(value);
  return short(value, measure === "memory" ? "B" : "");
}

/** The largest finite figure among what is shown, at least 1. */
export function most(network: Network, nodes: Iterable<Node>, measure: Measure): number {
  let found = 1;
  for (const node of nodes) {
    const value = figure(network, node, measure);
    if (value !== ALL) found = Math.max(found, value);
  }
  return found;
}

/** Where a figure stands on the scale, whose square root keeps small ones apart. */
export const onScale = (value: number, largest: number): number =>
  value === ALL ? 1 : Math.sqrt(value / largest);

export const shareOf = share;
