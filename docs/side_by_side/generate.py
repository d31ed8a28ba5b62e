"""Write `docs/errors.md`: ten mistakes in five tools, with what each prints.

Run it with an interpreter that has archc; `--peers` names one that has torch, Keras, narchi and
ONNX (`pip install torch keras narchi onnx`). `tests/test_docs.py` holds archc's own part fresh.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
from pathlib import Path

from mistakes import MISTAKES, Mistake

import archc
import archc.api
from archc.diag.render import render

PAGE = Path(__file__).parents[1] / "errors.md"
TOOLS = {"torch": "PyTorch", "keras": "Keras", "narchi": "narchi", "onnx": "ONNX's checker"}
KEPT = 12
"""Lines of an error's own text that are printed."""

HEAD = """# The same ten mistakes in five tools

What a tool says when a network is wrong, as it is printed. Each mistake is written as the tool's
users write it, and run with {versions}. Keras runs on torch.

Of a traceback the frame of the user's own last line is kept, and the text of the error; what is
left out is counted in brackets. `docs/side_by_side/generate.py` runs everything and makes the page.
"""


def main() -> None:
    """Run every mistake in every tool and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default="python", help="an interpreter that has the other tools")
    peers = parser.parse_args().peers
    parts = [HEAD.format(versions=_versions(peers))]
    parts += [_section(number, mistake, peers) for number, mistake in enumerate(MISTAKES, 1)]
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def _versions(peers: str) -> str:
    names = {"torch": "PyTorch", "keras": "Keras", "narchi": "narchi", "onnx": "ONNX"}
    code = f"from importlib.metadata import version as v\nfor n in {list(names)}: print(v(n))"
    said = subprocess.run([peers, "-c", code], capture_output=True, text=True, check=True).stdout
    told = [f"{names[n]} {v}" for n, v in zip(names, said.split(), strict=True)]
    return ", ".join([*told[:-1], f"{told[-1]} and archc {archc.__version__}"])


def _section(number: int, mistake: Mistake, peers: str) -> str:
    parts = [f"## {number}. {mistake.title}", mistake.about, "### archc", *_archc(mistake.archc)]
    for tool, name in TOOLS.items():
        parts += [f"### {name}", *_peer(tool, getattr(mistake, tool), peers)]
    return "\n\n".join(parts) + "\n"


def _archc(text: str) -> tuple[str, str]:
    """The spec with the codes of its errors on their lines, and the report."""
    with tempfile.TemporaryDirectory() as folder:
        before = Path.cwd()
        os.chdir(folder)
        try:
            Path("spec.yaml").write_text(text, encoding="utf-8")
            loaded = archc.api.read(Path("spec.yaml"), {}, {})
        finally:
            os.chdir(before)
    lines = text.rstrip("\n").split("\n")
    for found in loaded.diagnostics:
        lines[found.primary.span.line - 1] += f"  # error: [{found.code.id}]"
    spec = "\n".join(lines)
    return f"```yaml\n{spec}\n```", f"```text\n{render(loaded.diagnostics, loaded.sources)}\n```"


def _peer(tool: str, source: str, peers: str) -> list[str]:
    """The source of a mistake and what the tool prints, or why it cannot be made there."""
    if source.startswith("!"):
        return [source[1:]]
    kind = "json" if tool == "narchi" else "python"
    code, said = _run(tool, source, peers)
    told = f"```pytb\n{said}\n```" if code else "It finds nothing wrong."
    return [f"```{kind}\n{source.rstrip()}\n```", told]


def _run(tool: str, source: str, peers: str) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / ("net.jsonnet" if tool == "narchi" else "net.py")
        file.write_text(source, encoding="utf-8")
        command = [peers, file.name]
        if tool == "narchi":
            command = [peers, str(Path(peers).with_name("narchi_cli.py")), "validate", file.name]
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "KERAS_BACKEND": "torch", "PYTHONPATH": "", "NO_COLOR": "1"},
        )
        said = (done.stdout + done.stderr).strip().replace(str(file.resolve()), file.name)
    return done.returncode, _shortened(re.sub(r"\x1b\[[0-9;]*m", "", said).replace(folder, ""))


def _shortened(said: str) -> str:
    """The user's own last frame, and the error's own text; what is cut is counted."""
    lines = said.split("\n")
    head: list[str] = []
    if any(line.startswith("Traceback") for line in lines):
        last = max(i for i, line in enumerate(lines) if line.startswith('  File "'))
        end = next(i for i, line in enumerate(lines) if i > last and line[:1] not in {"", " "})
        own = max(i for i, line in enumerate(lines[:end]) if 'File "' in line and "net.py" in line)
        stop = next((i for i in range(own + 1, end) if lines[i].startswith('  File "')), end)
        cut = end - (stop - own)
        head = [f"[{cut} line{'s' * (cut > 1)} of the traceback cut]", *lines[own:stop]]
        lines = lines[end:]
    rest = len(lines) - KEPT
    tail = [f"[{rest} lines more]"] if rest > 0 else []
    return "\n".join([*head, *lines[:KEPT], *tail])


if __name__ == "__main__":
    main()
