"""Every bomb in a process of its own: one diagnostic, exit code 1, below 2 s and 300 MB."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bombs import ALL, Bomb, spec
from pace import quickest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

SECONDS, MEGABYTES = 2.0, 300
RUN = """
import resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from archc.cli.main import run
code = run(sys.argv[2:])
status = open("/proc/self/status").read()
peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
open(sys.argv[1], "w").write(f"{time.process_time()} {peak}")
sys.exit(code)
"""


def explode(folder: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], float, int]:
    cost = folder / "cost"
    command = [sys.executable, "-c", RUN, str(cost), *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    seconds, peak = cost.read_text().split()
    return done, float(seconds), int(peak)


def cheap(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command said; neither slow, as a machine of its pace would have it, nor large."""
    done, seconds, peak = explode(folder, *arguments)
    assert quickest(seconds, lambda: explode(folder, *arguments)[1], SECONDS) < SECONDS
    assert peak < MEGABYTES
    return done


def put(bomb: Bomb, folder: Path) -> None:
    _, text, files = bomb
    for name, content in {"spec.yaml": text, **files}.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)


@pytest.mark.parametrize("name", ALL)
def test_one_diagnostic_and_soon(name: str, tmp_path: Path) -> None:
    put(ALL[name], tmp_path)
    done = cheap(tmp_path, "check", "spec.yaml", "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    found = [d for d in json.loads(done.stdout)["diagnostics"] if d["severity"] == "error"]
    assert len(found) == 1, [d["message"][:200] for d in found]
    assert len(found[0]["message"]) < 1000


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1000000000", 1),
        ("__import__('os')", 1),
        ("9**9**9", 1),
        ("[" * 5000, 2),
        ("{a: &a [1, 1], b: &b [*a, *a], " + "c: *gone}", 2),
    ],
)
def test_a_setting_is_no_bomb_either(value: str, code: int, tmp_path: Path) -> None:
    """What is no YAML is a wrong use of the command."""
    text = spec("{a: {op: ReLU, repeat: w}}", "params: {w: 1}")
    put(("", text, {}), tmp_path)
    done = cheap(tmp_path, "check", "spec.yaml", "--set", f"w={value}")
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 2000


def test_the_measure_measures(tmp_path: Path) -> None:
    """A spec that is fine costs something, and a large one more."""
    put(("", spec("{a: ReLU}"), {}), tmp_path)
    done, seconds, peak = explode(tmp_path, "check", "spec.yaml")
    assert done.returncode == 0, done.stderr
    assert 0.03 < quickest(seconds, lambda: explode(tmp_path, "check", "spec.yaml")[1], 1) < 1
    assert 10 < peak < 100
