"""The interactive page of a network: one file that opens from disk and asks nobody for anything.

`web/` at the root of the project holds the program; `npm run build` there bundles it into `app.js`
and `app.css` beside this file, which are committed, so that neither a checkout nor the wheel needs
npm.

`live` makes a page for a loopback server: it listens to the event source at that path of its own
host, if that is 127.0.0.1 or localhost, and loads itself again on the event `reload`. What is open,
chosen and looked at is in the address, so it survives. `problem` shows the text it brings over the
picture, `clear` takes it away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.viz.page.document import document
from archc.viz.page.packed import packed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.diag.source import Source
    from archc.ir.graph import Network


def page(
    network: Network,
    sources: Mapping[str, Source] | None = None,
    *,
    level: int = 1,
    live: str = "",
) -> str:
    """The page of a network, at first opened as at `level`, quoting the spec from `sources`."""
    return document(packed(network, sources or {}, level), live)
