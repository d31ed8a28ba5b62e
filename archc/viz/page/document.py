"""The page as one document: the data, the bundled program, and a policy that forbids the rest."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from archc.viz.page.style import variables
from archc.viz.theme import LOOKS

if TYPE_CHECKING:
    from archc.viz.page.packed import Packed

_QUIET = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def document(data: Packed, live: str) -> str:
    """The document for a network's data. `live` is the path of an event source, or empty."""
    style, program = variables() + asset("app.css"), asset("app.js")
    looks = [(name, look.title) for name, look in LOOKS.items()]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, program, live)}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"{_live(live)}<title>{escape(data['name'])}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{_without_script(data)}"
        f'<script type="application/json" id="network">{quiet({**data, "looks": looks})}</script>\n'
        f"<script>{program}</script>\n</body>\n</html>\n"
    )


def quiet(data: Packed) -> str:
    r"""JSON that cannot end the element it stands in.

    >>> print(quiet({"name": "</script>"}))
    {"name":"\u003c/script\u003e"}
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_QUIET)


@cache
def asset(name: str) -> str:
    """A file that `web/` was bundled into."""
    return files("archc.viz.page").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, program: str, live: str) -> str:
    """Nothing is loaded and nothing sent; what runs is exactly what stands in the document."""
    rules = {
        "default-src": "'none'",
        "script-src": _hash(program),
        "style-src": _hash(style),
        "connect-src": "'self'" if live else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _live(live: str) -> str:
    return f'<meta name="archc-live" content="{escape(live)}">\n' if live else ""


def _without_script(data: Packed) -> str:
    name = escape(data["name"])
    return (
        f"<noscript><h1>{name}</h1><p>This page draws with JavaScript, which is switched off here; "
        "<code>archc viz --format svg</code> gives a picture without it.</p></noscript>\n"
    )
