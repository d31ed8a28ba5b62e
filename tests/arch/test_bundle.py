"""The bundle in the package is made of the sources in `web/`.

This needs no npm; where it is there, `npm run check` in `web/` compares the whole.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"


def digest() -> str:
    """What `web/build.mjs` writes at the head of the bundle."""
    names = sorted(file.name for file in (WEB / "src").iterdir())
    files = [*(f"src/{name}" for name in names), "build.mjs", "package-lock.json"]
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file}\0".encode() + (WEB / file).read_bytes())
    return total.hexdigest()


@pytest.mark.parametrize("name", ["app.js", "app.css"])
def test_the_bundle_is_fresh(name: str) -> None:
    bundle = (ROOT / "archc/viz/page" / name).read_text(encoding="utf-8")
    assert f"sources {digest()}" in bundle, "run `npm ci && npm run build` in web/"
    assert ("Permission is hereby granted" in bundle) == (name == "app.js")
    assert "</script" not in bundle.lower()
