"""The interactive page in a real Chromium: `python benchmarks/page.py [SPEC...]`.

For DenseNet-201, for a network of ten thousand ops in nested blocks and for one without any, it
says how large the page is, when something is first painted, and how long each interaction takes
from the input to the next frame on the screen, as the browser's own Event Timing counts it (in
steps of 8 ms); if a later frame of what the input started was longer than 50 ms, that one counts.
The bars: 300 KB and 1 s for DenseNet-201, 100 ms for every interaction with it. It needs Playwright
for Python (`pip install -e '.[browser]'`) and a Chromium (`$CHROMIUM`, or the one on the path).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import archc
from archc import viz

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
BAR_BYTES, BAR_PAINT, BAR_INPUT = 300_000, 1000, 100

UNIT = """
  Unit:
    layers:
      norm1: BatchNorm2d
      act1: ReLU
      conv1: {op: Conv2d, out_channels: 64, kernel_size: 3, padding: 1}
      norm2: BatchNorm2d
      act2: ReLU
      conv2: {op: Conv2d, out_channels: 64, kernel_size: 3, padding: 1}
      branch: {op: Conv2d, from: input, out_channels: 64, kernel_size: 1}
      cat: {op: Concat, from: [conv2, branch]}
      mix: {op: Conv2d, out_channels: 64, kernel_size: 1}
      add: {op: Add, from: [mix, input]}
"""
NESTED = f"""archc: 1
name: nested
input: [N, 64, H, W]
dims: {{H: 56, W: 56}}
blocks:{UNIT}  Stage:
    layers:
      unit: {{op: Unit, repeat: 20}}
layers:
  stage: {{op: Stage, repeat: 50}}
"""

WATCH = """
() => {
  window.slowest = 0;
  const watch = new PerformanceObserver((list) => {
    const times = list.getEntries().map((entry) => entry.duration);
    window.slowest = Math.max(window.slowest, ...times);
  });
  watch.observe({ type: "event", durationThreshold: 16, buffered: false });
  watch.observe({ type: "long-animation-frame", buffered: false });
}
"""
MORE, LESS = "[aria-label='More detail']", "[aria-label='Less detail']"
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def flat() -> str:
    """A spec of ten thousand ops in a single graph of residual steps."""
    lines = ["archc: 1", "name: flat", "input: [N, 64, H, W]", "dims: {H: 56, W: 56}", "layers:"]
    before = "input"
    conv = "op: Conv2d, out_channels: 64, kernel_size"
    for k in range(1250):
        lines += [
            f"  a{k}: {{{conv}: 3, padding: 1, from: {before}}}",
            f"  b{k}: BatchNorm2d",
            f"  c{k}: ReLU",
            f"  d{k}: {{{conv}: 3, padding: 1}}",
            f"  e{k}: BatchNorm2d",
            f"  f{k}: {{{conv}: 1, from: {before}}}",
            f"  g{k}: {{op: Add, from: [e{k}, f{k}]}}",
            f"  h{k}: ReLU",
        ]
        before = f"h{k}"
    return "\n".join(lines) + "\n"


class Measuring:
    """One page: its interactions, each with the slowest of its events."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.rows: list[tuple[str, float]] = []
        page.evaluate(WATCH)

    def time(self, name: str, act) -> None:
        self.page.evaluate("window.slowest = 0")
        act()
        self.page.wait_for_timeout(350)
        self.rows.append((name, self.page.evaluate("window.slowest")))

    def press(self, key: str, name: str) -> None:
        self.time(f"{name} ({key})", lambda: self.page.keyboard.press(key))

    def all(self) -> None:
        page, press = self.page, self.press
        width, height = page.viewport_size["width"], page.viewport_size["height"]
        press("Home", "first node")
        press("ArrowDown", "follow the data")
        self.time("hover", lambda: page.mouse.move(width / 2, height / 2))
        self.time("click", lambda: page.mouse.click(width / 2, height / 2))
        for count in range(4):
            self.time(f"one level more, {count + 1}", lambda: page.click(MORE))
        self.time("hover", lambda: page.mouse.move(width / 2, height / 2 + 90))
        self.time("wheel", lambda: page.mouse.wheel(0, 900))
        press("f", "fit all")
        self.time("hover from afar", lambda: page.mouse.move(width / 2 - 2, height / 2))
        press("w", "fit the width")
        press("t", "cost table")
        self.time("sort", lambda: page.click("th >> text=FLOPs"))
        self.time("every op", lambda: page.check("#every"))
        press("Escape", "leave")
        press("t", "table away")
        for measure in ("flops", "field", "family"):
            self.time(f"colour by {measure}", lambda m=measure: page.select_option("#measure", m))
        press("d", "dark")
        press("/", "search")
        for letter in "conv2":
            press(letter, "type")
        press("Enter", "go to what was found")
        press("Escape", "leave")
        press("e", "open all of the kind")
        press("c", "close all of the kind")
        for _ in range(3):
            self.time("one level less", lambda: page.click(LESS))


def measure(page: Page, file: Path, text: str) -> bool:
    """Print what was measured of a page; whether it is below the bars."""
    file.write_text(text, encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_function(PAINT)
    paint, size = page.evaluate(PAINT), len(text.encode())
    measuring = Measuring(page)
    measuring.all()
    slow = max(time for _, time in measuring.rows)
    print(f"{file.stem}: {size / 1000:.0f} KB, first paint {paint:.0f} ms, input {slow:.0f} ms")
    for name, time in measuring.rows:
        print(f"  {name:32} {'< 16' if time < 16 else f'{time:4.0f}'} ms")
    return size <= BAR_BYTES and paint <= BAR_PAINT and slow <= BAR_INPUT


def pages(folder: Path, names: list[str]):
    """The pages to measure, by name."""
    for name in names:
        arch = archc.load(name)
        yield arch.name, arch.html()
    for name, text in (("nested", NESTED), ("flat", flat())):
        spec = folder / f"{name}.yaml"
        spec.write_text(text, encoding="utf-8")
        arch = archc.load(spec)
        yield f"{name} ({len(arch.nodes)} ops)", viz.html(arch.network, sources=arch.sources)


def main() -> int:
    """Measure; only the first spec is held to the bars."""
    chromium = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    if chromium is None:
        sys.exit("no Chromium: install one, or set CHROMIUM")
    good: list[bool] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        for name, text in pages(Path(folder), sys.argv[1:] or ["densenet201"]):
            good.append(measure(page, Path(folder) / f"{name}.html", text))
        browser.close()
    return 0 if good[0] else 1


if __name__ == "__main__":
    sys.exit(main())
