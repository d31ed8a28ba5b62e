"""The served page in a real browser: it reloads on a change, keeps what is open, tells mistakes."""

from __future__ import annotations

import pytest

import archc
from archc import viz
from archc.cli.serving import Live, Server
from archc.viz.frame import framed

pytestmark = pytest.mark.browser


@pytest.fixture
def served(opened):
    """A server of ResNet-18's page, and how to change it."""
    live = Live()

    def show(name, problem=""):
        arch = archc.load(name)
        live.show(lambda path: viz.html(arch.network, sources=arch.sources, live=path), problem)

    show("resnet18")
    with Server(live) as server:
        yield server.url, live, show
        opened.page.goto("about:blank")


def until(page, holds):
    """Wait for something; the page's policy forbids that the browser evaluates it by itself."""
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to pass")


def title(page):
    """The title, or nothing while the page is left for another."""
    from playwright.sync_api import Error

    try:
        return page.title()
    except Error:
        return ""


def drawn(page, name):
    until(page, lambda: title(page) == name)
    page.locator("svg.picture g.node").first.wait_for()


def frames(page):
    return page.locator("svg.picture g.frame").count()


def test_a_change_reloads_the_page_which_keeps_what_is_open(opened, served):
    url, _, show = served
    page = opened.at(url)
    before = frames(page)
    page.locator("svg.picture g.node", has_text="layer4").first.click()
    until(page, lambda: frames(page) > before)
    page.wait_for_timeout(300)
    address, count = page.evaluate("location.hash"), frames(page)
    show("resnet34")
    drawn(page, "resnet34")
    assert page.evaluate("location.hash") == address
    assert frames(page) == count
    assert all(asked.startswith(url) for asked in opened.asked)


def test_a_mistake_is_told_over_the_picture_until_it_is_mended(opened, served):
    url, live, show = served
    page = opened.at(url)
    live.show(lambda path: framed("wrong", "", live=path), "error[E0204]: <no> op")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert alert.inner_text() == "error[E0204]: <no> op"
    assert page.title() == "resnet18"
    show("resnet34")
    drawn(page, "resnet34")
    assert not page.get_by_role("alert").is_visible()


def test_who_comes_while_it_is_wrong_sees_the_mistake_and_then_the_page(opened, served):
    url, live, show = served
    live.show(
        lambda path: framed("wrong", "", "error[E0204]", wrong=True, live=path), "error[E0204]"
    )
    opened.page.goto(url + "#kept")
    assert opened.page.locator("pre.wrong").inner_text() == "error[E0204]"
    show("resnet34")
    drawn(opened.page, "resnet34")
