"""Files that are derived from the code: `python -m archc.dev` writes them, `--check` compares.

With `--check` the exit code is 1 when a file is not what the code says it should be.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from archc import gallery_page, zoo_page
from archc.api import load
from archc.catalogue import entries
from archc.reference import filled
from archc.schema import diagnostics_schema, spec_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent


def derived() -> dict[str, str]:
    """Every derived file's path in the project, with what it should hold."""
    catalogue = {"ops": [entry.to_dict() for entry in entries()]}
    files = {
        "schemas/archc-1.schema.json": spec_schema(),
        "schemas/diagnostics-1.schema.json": diagnostics_schema(),
        "schemas/ops-1.json": catalogue,
    }
    texts = {path: json.dumps(data, indent=1) + "\n" for path, data in files.items()}
    return {**texts, **pages(), **pictures(), **gallery()}


def pages() -> dict[str, str]:
    """The pages that hold tables between `<!-- table: NAME -->` and `<!-- end -->`."""
    path = "docs/language.md"
    filled_in = {path: filled((ROOT / path).read_text(encoding="utf-8"))}
    return {**filled_in, "docs/zoo.md": zoo()}


@cache
def zoo() -> str:
    """The page of the zoo, made once: it loads every network."""
    published = (ROOT / "tests/facts/torchvision.json").read_text(encoding="utf-8")
    return zoo_page.page(json.loads(published))


@cache
def gallery() -> dict[str, str]:
    """The gallery and its pictures, made once."""
    return gallery_page.files()


def pictures() -> dict[str, str]:
    """The figures of the README, the spec it shows among them, and of `docs/figures.md`."""
    found = re.search(
        r"^```yaml\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert found is not None, "the README shows no spec"
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "shown.yaml"
        spec.write_text(found[1], encoding="utf-8")
        shown = {"mini_resnet": load(spec), "resnet50": load("resnet50")}
        shown |= {name: load(name) for name in ("unet", "googlenet")}
    return {f"docs/pictures/{name}.svg": arch.svg() for name, arch in shown.items()}


def stale(root: Path = ROOT) -> list[str]:
    """The derived files that are missing or hold something else."""
    return [path for path, text in derived().items() if _read(root / path) != text]


def write(root: Path = ROOT) -> list[str]:
    """Write the derived files that need it; their paths."""
    texts = derived()
    changed = stale(root)
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(texts[path], encoding="utf-8", newline="\n")
    return changed


def main(argv: Sequence[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m archc.dev", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    if not parser.parse_args(argv).check:
        sys.stdout.writelines(f"wrote {path}\n" for path in write())
        return 0
    found = stale()
    sys.stderr.writelines(f"{path} is stale: run `python -m archc.dev`\n" for path in found)
    return int(bool(found))


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
