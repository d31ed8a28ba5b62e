"""Values on one line, collections in brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.spec.format import scalars
from archc.spec.format.model import Collection, Text
from archc.spec.format.strings import needs_lines

if TYPE_CHECKING:
    from archc.spec.format.model import Entry, Written
    from archc.spec.node import Plain


def one_line(value: Written, *, flow: bool = False) -> str | None:
    """The value with its anchor; None where it holds text that takes several lines."""
    if not isinstance(value, Collection):
        return None if needs_lines(value) else scalars.value(value, flow=flow)
    items = [_item(entry) for entry in value.entries]
    if None in items:
        return None
    inside = ", ".join(filter(None, items))
    return scalars.anchored(value.anchor, f"{{{inside}}}" if value.is_map else f"[{inside}]")


def _item(entry: Entry) -> str | None:
    value = one_line(entry.value, flow=True)
    if entry.key is None or value is None:
        return value
    return f"{scalars.key(entry.key, flow=True)} {value}"


def of_plain(value: Plain) -> str:
    """Python's own values on one line.

    >>> of_plain({"op": "ReLU", "inplace": True, "rows": [[1, "a, b"], None]})
    '{op: ReLU, inplace: true, rows: [[1, "a, b"], null]}'
    """
    if isinstance(value, dict):
        inside = (f"{_key(name)} {of_plain(part)}" for name, part in value.items())
        return f"{{{', '.join(inside)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(of_plain, value))}]"
    if isinstance(value, str):
        return scalars.value(Text(value, '"', ""), flow=True)
    return "null" if value is None else repr(value).lower()


def _key(name: str) -> str:
    return scalars.key(Text(name, '"', ""), flow=True)
