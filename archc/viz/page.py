"""A picture as one page that opens from disk and needs no network."""

from __future__ import annotations

from html import escape

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:1rem;background:#fff;font-family:Helvetica,Arial,sans-serif}"
    "svg{max-width:100%;height:auto}"
    "@media(prefers-color-scheme:dark){body{background:#0f1216}}"
)


def page(name: str, svg: str) -> str:
    """The page of a network called `name` around its SVG."""
    title = escape(name)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{svg}</main>\n</body>\n</html>\n"
    )
