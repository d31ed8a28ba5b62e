"""The door to what a spec file holds: `parse` gives a `Tree`, whose nodes know where they stand.

`node.py` declares the nodes, `yaml.py` reads them from YAML events, `yaml_scalar.py` tells numbers
from words, `yaml_fault.py` puts the YAML library's complaints into plain words.
"""

from __future__ import annotations

from archc.spec.node import List, Map, Plain, Scalar, Tree, plain
from archc.spec.yaml import parse

__all__ = ["List", "Map", "Plain", "Scalar", "Tree", "parse", "plain"]
