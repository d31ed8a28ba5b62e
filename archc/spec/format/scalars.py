"""How a scalar is written: without quotes where it may be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.spec.format.model import Alias
from archc.spec.yaml_scalar import NumberTooLong, resolve

if TYPE_CHECKING:
    from archc.spec.format.model import Text

_NO_START = frozenset("-?:,[]{}#&*!|>'\"%@`")
_SPLITS = re.compile(r": |:$| #|[\t\n]")
_SPLITS_IN_FLOW = re.compile(r"[,?\[\]{}]")
# Words, numbers and dates that readers of YAML 1.1 take for something else than a string.
_OLD_YAML = re.compile(
    r"(?i:y|n|yes|no|on|off|=)|[-+]?[0-9][0-9_,.]*(:[0-9._]+)*|[0-9]{4}-[0-9]{1,2}-[0-9].*"
)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


def value(scalar: Text | Alias, *, flow: bool) -> str:
    """A value on one line, with its anchor. In `flow` it stands inside brackets."""
    if isinstance(scalar, Alias):
        return f"*{scalar.name}"
    return anchored(scalar.anchor, _quoted_if_needed(scalar, flow=flow))


def key(scalar: Text | Alias, *, flow: bool) -> str:
    """A key with its `:`. Whatever it looks like, it is a string."""
    if isinstance(scalar, Alias):
        return f"*{scalar.name} :"
    text = scalar.text
    plain = may_be_plain(text, flow=flow) and not (
        scalar.style and (text == "<<" or _OLD_YAML.fullmatch(text))
    )
    return f"{anchored(scalar.anchor, text if plain else quoted(text))}:"


def anchored(anchor: str, text: str) -> str:
    """The text behind its anchor, where there is one."""
    return f"&{anchor} {text}".rstrip() if anchor else text


def quoted(text: str) -> str:
    r"""The text in double quotes, or in single ones where those save escapes.

    >>> print(quoted("a, b"), quoted('say "x"'), quoted("it's\n"))
    "a, b" 'say "x"' "it's\n"
    """
    if ('"' in text or "\\" in text) and not re.search("['\n\t]", text):
        return f"'{text}'"
    return f'"{text.translate(_ESCAPES)}"'


def may_be_plain(text: str, *, flow: bool) -> bool:
    """Whether YAML reads the text as it stands, without quotes, as one scalar of that text.

    >>> [may_be_plain(text, flow=True) for text in ("4 * width", "list[int]", "a: b", "(H + 1)//2")]
    [True, False, False, True]
    >>> may_be_plain("list[int]", flow=False)
    True
    """
    if not text or text != text.strip() or _SPLITS.search(text):
        return False
    if text[0] in _NO_START and not _starts_like_a_word(text):
        return False
    # in brackets, one that is open at the end is taken for an expression cut in two by a comma
    return not flow or not (_SPLITS_IN_FLOW.search(text) or text.count("(") > text.count(")"))


def _starts_like_a_word(text: str) -> bool:
    """A `-` that a space does not follow starts no list."""
    return text[0] == "-" and text[1:2] not in {"", " ", "-"}


def _quoted_if_needed(scalar: Text, *, flow: bool) -> str:
    text = scalar.text
    if not scalar.style:
        meant = resolve(text)
        if not isinstance(meant, str):
            return text if _is_number(meant) else _word(meant)
    if _is_string(text) and may_be_plain(text, flow=flow) and not _stays_quoted(scalar):
        return text
    return quoted(text)


def _is_number(meant: object) -> bool:
    return isinstance(meant, int | float) and not isinstance(meant, bool)


def _word(meant: object) -> str:
    """`null`, `true` or `false`, which have several spellings."""
    return "null" if meant is None else str(meant).lower()


def _is_string(text: str) -> bool:
    """Whether the text without quotes is a string, and not a number or a word."""
    try:
        return isinstance(resolve(text), str) if text else False
    except NumberTooLong:
        return False


def _stays_quoted(scalar: Text) -> bool:
    return bool(scalar.style and _OLD_YAML.fullmatch(scalar.text))
