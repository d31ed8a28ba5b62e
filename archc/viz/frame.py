"""A picture with a report on one plain page that opens from disk and needs no network."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from json import dumps

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:1rem;background:#fff;color:#0f0f0f;font-family:Helvetica,Arial,sans-serif}"
    "main svg{max-width:100%;height:auto}"
    "pre{overflow:auto;padding:.75rem;border:1px solid #7a7f87;border-radius:4px;font-size:13px}"
    "pre.wrong{border:2px solid #c62828}"
    "@media(prefers-color-scheme:dark){body{background:#0f1216;color:#e8eaed}}"
)


def framed(title: str, svg: str, report: str = "", *, wrong: bool = False, live: str = "") -> str:
    """The page around an SVG, which may be empty.

    `report` is shown as it is printed: above the picture where something is `wrong`, else below.
    `live` is the path of an event source: the page is fetched again at each event.
    """
    told = f'<pre class="{"wrong" if wrong else "report"}">{escape(report)}</pre>' if report else ""
    drawn = f"<main>\n{svg}</main>" if svg else ""
    parts = filter(None, (told, drawn) if wrong else (drawn, told))
    program = _program(live) if live else ""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(program)}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{chr(10).join(parts)}\n"
        f"{f'<script>{program}</script>{chr(10)}' if program else ''}</body>\n</html>\n"
    )


def _program(live: str) -> str:
    """What fetches the page again; its address, and so what was open in it, stays."""
    return (
        f"const news=new EventSource({dumps(live)});"
        'for(const name of["reload","problem"])'
        "news.addEventListener(name,()=>location.reload())"
    )


def _policy(program: str) -> str:
    """Nothing is loaded, and nothing runs but the program."""
    rules = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    if not program:
        return rules
    digest = b64encode(sha256(program.encode()).digest()).decode()
    return f"{rules}; script-src 'sha256-{digest}'; connect-src 'self'"
