"""A real Chromium for the page. Without one, or without Playwright, these tests are skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import archc

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """`$CHROMIUM`, or the one on the path."""
    api = pytest.importorskip("playwright.sync_api", reason="pip install 'archc-nn[browser]'")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.skip("no Chromium on the path")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


class Opened:
    """A page in the browser, with everything that it said or asked for."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: self.asked.append(request.url))

    def show(self, text: str, address: str = "") -> Page:
        """Write the page to a file and open it from there."""
        file = self.folder / "page.html"
        file.write_text(text, encoding="utf-8")
        return self.at(file.as_uri() + address)

    def at(self, url: str) -> Page:
        """Open an address and wait until it is drawn."""
        self.page.goto("about:blank")
        self.said.clear()
        self.asked.clear()
        self.page.goto(url)
        self.page.wait_for_function("performance.getEntriesByName('archc-drawn').length > 0")
        return self.page


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """A fresh page that must stay silent and ask for nothing but itself."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", accept_downloads=True
    )
    found = Opened(context.new_page(), tmp_path)
    yield found
    assert found.said == []
    assert all(url.startswith(("file:", "http://127.0.0.1", "blob:")) for url in found.asked)
    context.close()


@pytest.fixture(scope="session")
def page_of():
    """The page of a network of the zoo, made once."""
    known: dict[str, str] = {}

    def made(name: str) -> str:
        if name not in known:
            known[name] = archc.load(name).html()
        return known[name]

    return made


@pytest.fixture(scope="session")
def hostile_network():
    """A network in which everything has the same, unfriendly, name."""
    from archc import ops
    from archc.diag.source import Span
    from archc.ir.dim import symbol
    from archc.ir.graph import Body, Item, Network, Output, Ref
    from archc.ir.op import Rules
    from archc.ir.types import TensorType

    def made(name: str) -> Network:
        span = Span(f"{name}.yaml", 1, 1, 1, 2)
        image = TensorType((symbol("N"), 8, 16, 16))
        conv = ops.find("Conv2d")(out_channels=8, kernel_size=1)
        outs = conv.infer((image,), Rules())
        items = (Item((name,), conv, (Ref(-1),), outs, span),)
        block = Body(name, ((name, image),), items, (Output(name, Ref(0)),), (), (), span)
        uses = (Item((name,), block, (Ref(-1),), outs, span),)
        body = Body(name, ((name, image),), uses, (Output(name, Ref(0)),), (), (), span)
        return Network(name, name, body, {"N": 1})

    return made
