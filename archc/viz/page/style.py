"""The theme's colours as variables of a style sheet, for day and for night."""

from __future__ import annotations

from archc.viz.theme import HEAT, HEAT_NIGHT, LINE, LOOKS, MUTED, NIGHT, PAPER, TEXT

_RULE, _RULE_NIGHT = "#d5dae0", "#343b44"
"""Lines between the parts of the page, which carry no meaning."""


def variables() -> str:
    """The rules that declare them. `data-theme` on the root overrules what the system prefers."""
    day, night = _declared(_day()), _declared(_night())
    return (
        f":root{{color-scheme:light;{day}}}"
        f'@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="light"])'
        f"{{color-scheme:dark;{night}}}}}"
        f':root[data-theme="dark"]{{color-scheme:dark;{night}}}'
    )


def _day() -> dict[str, str]:
    plain = {"text": TEXT, "muted": MUTED, "line": LINE, "paper": PAPER, "rule": _RULE}
    fills = {f"{name}-fill": look.fill for name, look in LOOKS.items()}
    borders = {f"{name}-border": look.border for name, look in LOOKS.items()}
    return {**plain, **fills, **borders, **_heat(HEAT)}


def _night() -> dict[str, str]:
    names = {"text": TEXT, "muted": MUTED, "line": LINE, "paper": PAPER}
    plain = {name: NIGHT[colour] for name, colour in names.items()} | {"rule": _RULE_NIGHT}
    fills = {f"{name}-fill": look.dark_fill for name, look in LOOKS.items()}
    borders = {f"{name}-border": look.dark_border for name, look in LOOKS.items()}
    return {**plain, **fills, **borders, **_heat(HEAT_NIGHT)}


def _heat(stops: tuple[str, ...]) -> dict[str, str]:
    return {f"heat-{k}": colour for k, colour in enumerate(stops)}


def _declared(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())
