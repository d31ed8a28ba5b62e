"""The same spec gives the same bytes: under any hash seed, locale, folder and time zone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WRITE = """
import json, sys
import archc
from archc.analysis.summary import summarise
from archc.backends.spec import emit as emit_spec
from archc.diag.render import FORMATS, render
from archc.viz import mermaid

for name in sys.argv[1:]:
    arch = archc.load(name)
    texts = [arch.emit(), arch.svg(), arch.dot(level=2), arch.html(), mermaid(arch.network)]
    texts += [emit_spec(arch.network), json.dumps(arch.summary().to_dict()), str(arch.summary())]
    for text in texts:
        sys.stdout.buffer.write(text.encode() + b"\\n")
found = archc.check("wrong.yaml")
for form in FORMATS:
    sys.stdout.buffer.write(render(found, {}, form).encode() + b"\\n")
"""
WRONG = (
    "input: [N, 3]\nlayers: {a: {op: Linear}, b: {op: Liner}, c: {op: Add, from: [a, d], x: 1}}\n"
)
NAMES = ("resnet18", "googlenet")


def written(folder: Path, **environment: str) -> bytes:
    """All that is written for two networks and a wrong spec, by a process of its own."""
    (folder / "wrong.yaml").write_text(WRONG)
    done = subprocess.run(
        [sys.executable, "-c", WRITE, *NAMES],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        check=True,
    )
    return done.stdout


def test_nothing_of_the_process_is_in_what_it_writes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "a much longer name of a folder"
    one.mkdir()
    other.mkdir()
    first = written(one, PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC", COLUMNS="80")
    second = written(
        other,
        PYTHONHASHSEED="2",
        LC_ALL="tr_TR.UTF-8",
        TZ="Asia/Tokyo",
        PYTHONUTF8="1",
        COLUMNS="200",
    )
    assert len(first) > 100_000
    assert first == second
    assert str(one).encode() not in first
    assert str(Path.home()).encode() not in first
