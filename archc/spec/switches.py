"""What people write for true and false where YAML 1.2 reads something else."""

from __future__ import annotations

SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}
"""What YAML 1.1 took for booleans."""


def switch_meant(value: object) -> str:
    """`true` or `false` where one of them is meant; empty where none is.

    >>> switch_meant("Yes"), switch_meant("false"), switch_meant(1), switch_meant("maybe")
    ('true', 'false', 'true', '')
    """
    word = str(value).casefold() if isinstance(value, str) else ""
    if word in {"true", "false"}:
        return word
    if type(value) is int and value in {0, 1}:
        return str(bool(value)).lower()
    return SWITCHES.get(word, "")
