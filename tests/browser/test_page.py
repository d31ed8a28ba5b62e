"""The interactive page, opened, read and used as people do, in a real browser."""

from __future__ import annotations

import json
import threading
import xml.etree.ElementTree as ET
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import archc
from archc import viz
from archc.viz.flow import flatten
from archc.viz.page.hops import Group, hops
from archc.viz.running import running

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
CURSOR = ".focus [role=button]"


def cursor(page):
    """What has the focus in the picture, as a screen reader says it."""
    return page.locator(CURSOR).get_attribute("aria-label")


def address(page):
    page.wait_for_timeout(260)
    return page.evaluate("location.hash")


def boxes(page):
    return page.locator("svg.picture g.node:not(.frame)").count()


def frames(page):
    return page.locator("svg.picture g.frame").count()


def test_it_opens_from_disk_and_asks_for_nothing(opened, page_of):
    page = opened.show(page_of("densenet201"))
    assert page.title() == "densenet201"
    assert page.get_by_text("20.0 M parameters").is_visible()
    assert boxes(page) > 8
    assert len(opened.asked) == 1


def test_what_it_may_not_load_is_not_loaded(opened, page_of):
    page = opened.show(page_of("resnet18"))
    sent = "() => fetch('https://example.org').then(() => 'sent', () => 'refused')"
    assert page.evaluate(sent) == "refused"
    assert any("Content Security Policy" in words for words in opened.said)
    opened.said.clear()
    opened.asked.clear()


def test_a_click_opens_a_block_and_another_closes_it(opened, page_of):
    page = opened.show(page_of("resnet50"))
    assert frames(page) == 0
    page.get_by_text("layer1", exact=True).click()
    assert frames(page) == 1
    assert "open=(layer1)" in address(page)
    page.locator("g.frame").get_by_text("layer1").click()
    assert frames(page) == 0


def test_what_was_clicked_stays_where_it_is(opened, page_of):
    page = opened.show(page_of("resnet50"))
    words = page.get_by_text("layer1", exact=True)
    before = words.bounding_box()
    words.click()
    after = page.locator("g.frame").get_by_text("layer1").bounding_box()
    assert abs(before["y"] - after["y"]) < 12


def test_e_and_c_open_and_close_all_of_a_kind(opened, page_of):
    page = opened.show(page_of("resnet50"))
    page.get_by_text("layer1", exact=True).click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    assert address(page).startswith("#open=(*(*))")
    page.keyboard.press("c")
    assert address(page).startswith("#open=(*)")
    page.keyboard.press("ArrowUp")
    page.get_by_text("layer1", exact=True).hover()
    page.keyboard.press("c")
    assert frames(page) == 0


def test_hovering_lights_inputs_and_outputs(opened, page_of):
    page = opened.show(page_of("googlenet"))
    page.get_by_text("inception3a", exact=True).hover()
    stroke = "els => els.map(e => [e.getAttribute('stroke'), e.getAttribute('stroke-dasharray')])"
    rings = page.locator(".over .lit rect").evaluate_all(stroke)
    assert ["#1f5fa8", "6 4"] in rings
    assert ["#c8581a", None] in rings
    page.mouse.move(5, 300)
    assert page.locator(".over .lit rect").count() == 0


def test_the_panel_tells_what_is_known(opened, page_of):
    page = opened.show(page_of("resnet50"))
    page.get_by_text("conv1", exact=True).click()
    panel = page.get_by_role("complementary", name="Details")
    told = panel.inner_text()
    for words in (
        "Conv2d 7x7 /2, 64",
        "[N, 64, (H + 1)//2, (W + 1)//2] = [1, 64, 112, 112]",
        "9.41 k (9,408)",
        "236 M (236,027,904)",
        "7 \N{MULTIPLICATION SIGN} 7",
        "kernel_size=7",
        "resnet.yaml:",
        "conv1: {op: Conv2d",
    ):
        assert words in told, words
    panel.get_by_role("button", name="bn1").click()
    assert panel.get_by_role("heading", level=2).inner_text() == "bn1"
    assert "at=bn1" in address(page)


def test_the_search_finds_names_ops_shapes_and_lines(opened, page_of):
    page = opened.show(page_of("resnet50"))
    for query, path in (
        ("layer3.2.conv2", "layer3.2.conv2"),
        ("maxpool2d", "maxpool"),
        ("64 112 conv2d", "conv1"),
        ("resnet.yaml:57", "layer1"),
        ("conv2 512", "layer4.0.conv2"),
    ):
        page.keyboard.press("/")
        page.locator("#search").fill(query)
        assert page.get_by_role("option").first.locator("b").inner_text() == path
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("layer3.2.conv2")
    page.keyboard.press("Enter")
    assert cursor(page).startswith("conv2, Conv2d 3x3, 256")
    assert "open=(layer3(2))&at=layer3.2.conv2" in address(page)
    assert page.locator("#search").input_value() == "layer3.2.conv2"
    page.keyboard.press("Escape")
    assert page.locator("#search").input_value() == ""
    page.keyboard.press("/")
    page.locator("#search").fill("no such thing")
    assert page.get_by_role("status").inner_text() == "0 found"


def test_the_arrows_follow_the_data(opened, page_of):
    page = opened.show(page_of("resnet50"))
    page.keyboard.press("Home")
    names = [cursor(page).split(",")[0]]
    for _ in range(4):
        page.keyboard.press("ArrowDown")
        names.append(cursor(page).split(",")[0])
    assert names == ["conv1", "bn1", "relu", "maxpool", "layer1"]
    page.keyboard.press("Enter")
    assert page.locator(CURSOR).get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert cursor(page).startswith("0, Bottleneck")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert cursor(page).startswith("conv1, Conv2d 1x1")
    page.keyboard.press("ArrowUp")
    assert cursor(page).startswith("maxpool")
    page.keyboard.press("End")
    assert cursor(page).startswith("fc, Linear")
    page.keyboard.press("Escape")
    assert page.locator(".panel").is_hidden()


def test_everything_has_a_name_and_can_be_reached(opened, page_of):
    page = opened.show(page_of("resnet50"))
    page.keyboard.press("t")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, [role=button]")]
            .filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length))
            .map((e) => e.outerHTML)"""
    )
    assert nameless == []
    reached = []
    page.locator("#search").focus()
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent")
        )
    assert {"Less detail", "More detail", "Fit", "Width", "Costs", "Save SVG"} <= set(reached)
    assert any(name.startswith("conv1, Conv2d") for name in reached)
    ring = page.evaluate(
        """() => {
            document.querySelector(".focus [role=button]").focus();
            return getComputedStyle(document.querySelector(".target")).stroke;
        }"""
    )
    assert ring == "rgb(176, 48, 106)"
    picture = page.get_by_role("application")
    told = picture.get_attribute("aria-label")
    assert told.startswith("Diagram of resnet50, from input [N, 3, H, W] to output [N, 1000]")


def test_dark_is_what_the_system_says_until_the_reader_does(opened, page_of):
    opened.page.emulate_media(color_scheme="dark")
    page = opened.show(page_of("resnet18"))
    fill = "document.querySelector('.fam-conv rect').getAttribute('fill')"
    paper = "getComputedStyle(document.body).backgroundColor"
    assert [page.evaluate(fill), page.evaluate(paper)] == ["#173a5e", "rgb(15, 18, 22)"]
    page.keyboard.press("d")
    assert [page.evaluate(fill), page.evaluate(paper)] == ["#cfe2f7", "rgb(255, 255, 255)"]
    page.emulate_media(color_scheme="light")
    page.keyboard.press("d")
    assert page.evaluate(fill) == "#173a5e"


@pytest.mark.parametrize("measure", ["params", "flops", "memory", "field"])
def test_colours_follow_a_figure(opened, page_of, measure):
    page = opened.show(page_of("resnet18"))
    page.select_option("#measure", measure)
    fills = page.locator("g.node > rect:first-of-type").evaluate_all(
        "rects => rects.map((rect) => rect.getAttribute('fill'))"
    )
    assert "#fc8d59" in fills
    assert len(set(fills)) > 3
    assert page.locator(".legend .ticks span").count() == 3
    assert f"by={measure}" in address(page)


def test_the_table_sorts_and_leads_to_the_picture(opened, page_of):
    page = opened.show(page_of("resnet50"))
    page.get_by_role("button", name="Costs").click()
    heads = page.get_by_role("columnheader")
    page.get_by_role("button", name="FLOPs").click()
    assert heads.nth(4).get_attribute("aria-sort") == "descending"
    first = page.locator(".costs tbody tr:not(.spacer)").first
    assert first.locator("th").inner_text() == "layer3"
    page.check("#every")
    assert page.locator(".costs table").get_attribute("aria-rowcount") == "176"
    page.locator(".costs .scroll").evaluate("(e) => { e.scrollTop = 1e6; }")
    page.wait_for_timeout(50)
    last = page.locator(".costs tbody tr:not(.spacer)").last
    assert last.get_attribute("aria-rowindex") == "176"
    page.locator(".costs .scroll").evaluate("(e) => { e.scrollTop = 0; }")
    page.wait_for_timeout(50)
    first = page.locator(".costs tbody tr:not(.spacer)").first
    path = first.locator("th").inner_text()
    first.click()
    assert page.locator(".panel .path").inner_text() == path
    assert "table=every" in address(page)


def test_the_address_brings_everything_back(opened, page_of):
    page = opened.show(page_of("resnet50"))
    page.get_by_text("layer1", exact=True).click()
    page.get_by_text("conv1", exact=True).first.click()
    page.select_option("#measure", "flops")
    before = address(page)
    page.goto("about:blank")
    page = opened.at((opened.folder / "page.html").as_uri() + before)
    assert frames(page) == 1
    assert page.locator("#measure").input_value() == "flops"
    assert page.locator(".panel h2").inner_text() == "conv1"
    assert address(page) == before


@pytest.mark.parametrize(
    "wrong",
    [
        "#open=((((",
        "#open=(*(*(*(*",
        "#open=)&at=%E0%A4%A",
        "#view=NaN,1e999,-1",
        "#by=<b>&=&&table",
    ],
)
def test_a_wrong_address_does_no_harm(opened, page_of, wrong):
    page = opened.show(page_of("resnet18"), wrong)
    assert boxes(page) > 4


def saved(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save SVG").click()
    return download.value


def test_what_is_seen_can_be_saved(opened, page_of):
    page = opened.show(page_of("resnet50"))
    page.get_by_text("layer1", exact=True).click()
    file = saved(page)
    assert file.suggested_filename == "resnet50.svg"
    root = ET.parse(file.path()).getroot()
    words = {text.text for text in root.iter(f"{SVG}text")}
    assert {"conv1", "layer1", "Bottleneck \N{MULTIPLICATION SIGN}3", "fc", "output"} <= words
    assert not [e for e in root.iter() if "script" in e.tag.lower()]
    assert root.find(f".//{SVG}g[@class='node fam-conv']/{SVG}rect").get("fill") == "#cfe2f7"


OVERLAPS = (Path(__file__).parent / "overlaps.js").read_text(encoding="utf-8")


SOME = {
    "resnet50": 3,
    "unet": 3,
    "googlenet": 2,
    "fpn_resnet50": 2,
    "hrnet_small": 3,
    "tiny_gpt": 3,
    "densenet121": 2,
}
ZOO = [
    *(pytest.param(name, level) for name, level in SOME.items()),
    *(pytest.param(name, 3, marks=pytest.mark.long) for name in archc.list_specs()),
]


@pytest.mark.parametrize(("name", "level"), ZOO)
def test_nothing_overlaps_and_no_line_runs_through_a_box(opened, browser, name, level):
    arch = archc.load(name)
    page = opened.show(viz.html(arch.network, level=level))
    text = saved(page).path().read_text(encoding="utf-8")
    sheet = browser.new_page()
    sheet.set_content("<body style='margin:0'></body>")
    assert sheet.evaluate(OVERLAPS, text) == []
    sheet.close()


def test_the_search_for_overlaps_finds_some(opened, browser, page_of):
    text = saved(opened.show(page_of("resnet18"))).path().read_text(encoding="utf-8")
    root = ET.fromstring(text)
    first, second = [g for g in root.iter(f"{SVG}g") if g.get("class") == "node fam-block"][:2]
    second.set("transform", first.get("transform"))
    root.append(ET.Element(f"{SVG}path", {"class": "flow", "d": "M0 -5V400"}))
    sheet = browser.new_page()
    found = " ".join(sheet.evaluate(OVERLAPS, ET.tostring(root, encoding="unicode")))
    assert "boxes" in found
    assert "line" in found
    sheet.close()


def test_every_op_is_drawn_when_all_is_open(opened):
    arch = archc.load("googlenet")
    page = opened.show(viz.html(arch.network, level=3))
    root = ET.parse(saved(page).path()).getroot()
    nodes = [g for g in root.iter(f"{SVG}g") if "node" in g.get("class", "").split()]
    drawn = [g for g in nodes if "frame" not in g.get("class")]
    assert len(drawn) == len(arch.nodes) + len(arch.inputs) + len(arch.outputs)
    paths = [p for p in root.iter(f"{SVG}path") if p.get("class") in {"flow", "skip"}]
    assert len(paths) == links(hops(running(flatten(arch.network.body))))


def links(group):
    """The hops in a group and in all those below it."""
    return len(group.hops) + sum(links(one) for one in group.children if isinstance(one, Group))


def test_names_are_text_and_nothing_else(opened, hostile_network):
    for name in (
        "</script><img src=x onerror=alert(1)>",
        '"><img src=x onerror="alert(2)">',
        "<!--",
    ):
        page = opened.show(viz.html(hostile_network(name), level=3))
        page.keyboard.press("t")
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        page.keyboard.press("/")
        page.locator("#search").fill("img" if "img" in name else "!--")
        assert page.locator("img").count() == 0
        assert name[:6] in page.locator(".panel h2").inner_text()


def test_without_motion_and_on_paper(opened, page_of):
    page = opened.show(page_of("resnet18"))
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    sheet = page.locator(".sheet svg")
    assert sheet.is_visible()
    assert sheet.locator(".fam-conv rect").first.get_attribute("fill") == "#cfe2f7"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".sheet").count() == 0


def test_without_scripts_it_says_so(browser, page_of, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    (tmp_path / "page.html").write_text(page_of("resnet18"), encoding="utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    assert "archc viz --format svg" in page.inner_text("noscript")
    context.close()


class Server(BaseHTTPRequestHandler):
    """Serves a page and, once, the event that its test wants."""

    text = ""
    events: list[str] = []  # noqa: RUF012 - one server a test, set there

    def do_GET(self) -> None:
        stream = self.path == "/events"
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if stream else "text/html")
        self.end_headers()
        words = "".join(self.events) if stream else self.text
        if stream:
            type(self).events = ["retry: 60000\n\n"]
        self.wfile.write(words.encode())

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def served():
    """A loopback server of one page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_live_page_shows_problems_and_loads_itself_again(opened, served):
    arch = archc.load("resnet18")
    Server.text = viz.html(arch.network, sources=arch.sources, live="/events")
    Server.events = ["retry: 60000\n\n", "event: problem\ndata: error[E0401]: <b>\n\n"]
    page = opened.at(served + "#open=(layer1)")
    assert page.get_by_role("alert").inner_text() == "error[E0401]: <b>"
    Server.events = ["retry: 60000\n\n", "event: reload\ndata:\n\n"]
    page.evaluate("window.old = true")
    opened.page.goto("about:blank")
    page = opened.at(served + "#open=(layer1)")
    page.wait_for_function("performance.getEntriesByType('navigation')[0].type === 'reload'")
    page.wait_for_function("performance.getEntriesByName('archc-drawn').length > 0")
    assert frames(page) == 1


def test_a_page_from_disk_listens_to_nobody(opened):
    arch = archc.load("resnet18")
    page = opened.show(viz.html(arch.network, live="/events"))
    assert json.loads(page.locator("#network").inner_text())["name"] == "resnet18"
    assert len(opened.asked) == 1
