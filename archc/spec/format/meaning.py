"""What a file says, whatever it looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.spec.format.model import Alias, Collection
from archc.spec.yaml_scalar import resolve

if TYPE_CHECKING:
    from archc.spec.format.model import Entry, Text, Written

Meaning: TypeAlias = "tuple[str | Meaning, ...]"


def meaning(entry: Entry) -> Meaning:
    """The entry without its layout and comments: values, the order of keys, anchors and aliases."""
    key = entry.key
    name = f"*{key.name}" if isinstance(key, Alias) else f"&{key.anchor} {key.text}" if key else ""
    return (name, _value(entry.value))


def _value(value: Written) -> Meaning:
    if isinstance(value, Alias):
        return (f"*{value.name}",)
    if isinstance(value, Collection):
        kind = "map" if value.is_map else "list"
        return (kind, value.anchor, *map(meaning, value.entries))
    return (value.anchor, _scalar(value))


def _scalar(value: Text) -> str:
    return repr(value.text if value.style else resolve(value.text))
