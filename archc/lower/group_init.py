"""`init` of a group: its rules reach the nodes inside it, before what those say themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.ir.graph import Again, Body, Skip, Weight
from archc.ir.patterns import matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archc.ir.graph import InitRule, Item


def with_group_rules(rules: Sequence[InitRule], item: Item, depth: int) -> Item:
    """A node of a group that stands at a path of `depth` segments."""
    reaching = tuple(found for rule in rules for found in _inside(rule, item, depth))
    return replace(item, init=(*reaching, *item.init)) if reaching else item


def _inside(rule: InitRule, item: Item, depth: int) -> Iterator[InitRule]:
    """The rule as the node would write it: for itself, and for what is inside it."""
    if isinstance(item.what, Again | Skip | Weight):
        return
    name, place = _name(item.what), item.path[depth:]
    if name == rule.pattern if rule.kind == "type" else matches(place, rule.pattern):
        yield replace(rule, kind="path", pattern="")
    if not isinstance(item.what, Body):
        return
    words = rule.pattern.split(".")
    if rule.kind == "type" or words[0] == "**":
        yield rule
    elif len(words) > len(place) and matches(place, ".".join(words[: len(place)])):
        yield replace(rule, pattern=".".join(words[len(place) :]))


def _name(what: object) -> str:
    return what.name if isinstance(what, Body) else type(what).__name__
