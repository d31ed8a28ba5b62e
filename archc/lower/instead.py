"""What to write in place of a value that an op does not take, where only one thing can be meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeGuard

from archc.diag.fix import replacing
from archc.diag.misspelt import guess

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.diag.fix import Fix
    from archc.diag.source import Span

_QUOTED = re.compile(r"'([^']*)'")


def instead(
    error: Mapping[str, Any], given: object, span: Span, text: str
) -> tuple[str, Fix | None]:
    """The help for a refused value, and the edit where `text`, what is written, is the value."""
    kind = error["type"]
    if kind == "bool_type" and given in (0, 1):
        word = str(bool(given)).lower()
        fix = replacing(span, word, certain=True) if text in {"0", "1"} else None
        return f"write `{word}`", fix
    if kind in {"int_type", "float_type"} and isinstance(given, list | tuple) and len(given) == 1:
        inside = text[1:-1].strip()
        fix = replacing(span, inside, certain=True) if text == f"[{text[1:-1]}]" else None
        return f"write `{given[0]}`, without brackets", fix
    if error["msg"].startswith("must be a list of") and type(given) is int:
        return f"a list has brackets, as in `[{given}, {given}]`", None
    if kind in {"tuple_type", "list_type"} and type(given) is int:
        fix = replacing(span, f"[{given}]") if text == str(given) else None
        return f"a list has brackets: `[{given}]`", fix
    if kind == "less_than_equal" and error["ctx"]["le"] == 1 and _is_percentage(given, text):
        share = f"{given / 100:g}"
        return f"{given:g} % is `{share}`", replacing(span, share)
    if kind == "literal_error" and text.strip("'\"") == given:
        return guess(span, text.strip("'\""), _QUOTED.findall(error["ctx"]["expected"]))
    return "", None


def _is_percentage(given: object, text: str) -> TypeGuard[float]:
    """Whether a number that is written as such is likely one of hundred."""
    return isinstance(given, int | float) and text == str(given) and 5 <= given <= 100
