"""What a plain scalar means: the core schema of YAML 1.2, so that `no` and `on` are words."""

from __future__ import annotations

import re

MAX_DIGITS = 40
"""Characters of a number; longer ones are refused before they are converted."""
MAX_INTEGER = 2**63
"""Integers stay within 64 bits."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_OCTAL = re.compile(r"0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NUMBER_STARTS = frozenset("0123456789+-.")
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


class NumberTooLong(ValueError):  # noqa: N818 (a limit, told as such)
    """A number has more digits than any spec needs, or does not fit 64 bits."""


def resolve(text: str) -> bool | int | float | str | None:
    """The value of a plain scalar.

    Raises `NumberTooLong` for an integer outside 64 bits and for more than `MAX_DIGITS` characters.

    >>> [resolve(text) for text in ("no", "010", "1e-5", "0x10", "true", "", "3:30")]
    ['no', 10, 1e-05, 16, True, None, '3:30']
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if len(text) > MAX_DIGITS:
        return _refuse_long(text)
    number = _number(text)
    if isinstance(number, int) and not -MAX_INTEGER <= number < MAX_INTEGER:
        raise NumberTooLong("does not fit 64 bits")
    return text if number is None else number


def _number(text: str) -> int | float | None:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _HEX.fullmatch(text):
        return int(text, 16)
    return int(text, 8) if _OCTAL.fullmatch(text) else None


def _refuse_long(text: str) -> str:
    if any(pattern.fullmatch(text) for pattern in (_INTEGER, _FLOAT, _HEX, _OCTAL)):
        raise NumberTooLong(f"has more than {MAX_DIGITS} characters")
    return text
