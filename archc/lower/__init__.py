"""From a spec to a network: variants, blocks, repeats, conditions, edges, with shapes inferred."""

from archc.lower.load import Loaded, load

__all__ = ["Loaded", "load"]
