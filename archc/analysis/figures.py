"""Numbers as people read them."""

from __future__ import annotations

_UNITS = ("", "k", "M", "G", "T", "P", "E")


def thousands(number: int) -> str:
    """With separators.

    >>> thousands(25557032)
    '25,557,032'
    """
    return f"{number:,}"


def short(number: int, unit: str = "") -> str:
    """Three significant digits and a decimal prefix.

    >>> short(8178368512, "FLOPs"), short(999), short(999_950, "B"), short(0, "FLOPs")
    ('8.18 GFLOPs', '999', '1.00 MB', '0 FLOPs')
    """
    value, step = float(number), 0
    while float(f"{value:.3g}") >= 1000 and step < len(_UNITS) - 1:
        value, step = value / 1000, step + 1
    digits = f"{value:#.3g}".rstrip(".") if step else str(number)
    return f"{digits} {_UNITS[step]}{unit}".rstrip()


def shape(sizes: tuple[object, ...]) -> str:
    """A shape as people write it.

    >>> shape((1, 3, "H", "W"))
    '[1, 3, H, W]'
    """
    return f"[{', '.join(map(str, sizes))}]"
