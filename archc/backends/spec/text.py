"""Data as YAML on one line; laying it out is the formatter's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.spec.format.scalars import may_be_plain, quoted
from archc.spec.yaml_scalar import NumberTooLong, resolve

if TYPE_CHECKING:
    from archc.backends.spec.values import Data


def flow(data: Data) -> str:
    """The data in brackets.

    >>> print(flow({"op": "Conv2d", "kernel_size": [3, 1], "padding": "same", "bias": False}))
    {op: Conv2d, kernel_size: [3, 1], padding: same, bias: false}
    >>> print(flow(["7", "max(H, W)", 1e-05, None]))
    ["7", "max(H, W)", 1e-05, null]
    """
    match data:
        case dict():
            entries = (f"{_text(name)}: {flow(value)}" for name, value in data.items())
            return f"{{{', '.join(entries)}}}"
        case list():
            return f"[{', '.join(map(flow, data))}]"
        case str():
            return _text(data)
        case None:
            return "null"
        case bool():
            return str(data).lower()
        case _:
            return repr(data)


def _text(text: str) -> str:
    plain = may_be_plain(text, flow=True) and _is_word(text)
    return text if plain else quoted(text)


def _is_word(text: str) -> bool:
    """Whether YAML reads the text as itself and not as a number or a switch."""
    try:
        return resolve(text) == text
    except NumberTooLong:
        return False
