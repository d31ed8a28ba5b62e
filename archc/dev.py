"""Files that are derived from the code: `python -m archc.dev` writes them, `--check` compares.

With `--check` the exit code is 1 when a file is not what the code says it should be.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archc.catalogue import entries
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
    return {path: json.dumps(data, indent=1) + "\n" for path, data in files.items()}


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
