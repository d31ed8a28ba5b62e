"""Ops of the user's own: how they are found, what is refused, what a spec can and cannot do."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import archc
from archc import ops
from archc.cli.main import run
from archc.diag.diagnostic import OpError
from archc.ir.define import Define
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Call, Input, Lowered, New
from archc.ops import own
from tests.markdown import fences

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "own_ops.md"
CLASS = (
    "class Twice(nn.Module):\n    def forward(self, x: Tensor) -> Tensor:\n        return 2 * x\n"
)
OP = f'''\
from archc.ir.define import Define
from archc.ir.op import Op

MODULE = Define({CLASS!r})


class Twice(Op):
    """Two of it."""

    family = "activation"

    def infer(self, ins, rules):
        return ins

    def lowered(self, ins):
        return MODULE.new()
'''
SPEC = "name: two\ninput: [N, 4]\nlayers: [Twice]\n"
Capture = pytest.CaptureFixture[str]


class Twice(Op):
    """Two of it."""

    family = "activation"

    def infer(self, ins: Types, rules: Rules) -> Types:
        return ins

    def lowered(self, ins: Types) -> Lowered:
        return Define(CLASS).new()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No op of one test is there in another."""
    monkeypatch.setattr(own, "_registered", {})
    own._installed.cache_clear()
    yield
    own._installed.cache_clear()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a spec and an op, made the current one."""
    (tmp_path / "two.yaml").write_text(SPEC)
    (tmp_path / "twice.py").write_text(OP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def install(folder: Path, package: str, points: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pip leaves of a package: its metadata, on the path."""
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[archc.ops]\n{points}\n")
    monkeypatch.syspath_prepend(str(folder))


def test_a_registered_op_is_found_and_others_are_not(here: Path) -> None:
    assert ops.find("Twice") is None
    assert [d.code.id for d in archc.check("two.yaml")] == ["E0204"]
    assert archc.register_op(Twice) is Twice
    assert ops.find("Twice") is Twice
    assert "Twice" in ops.names()
    assert "Twice" not in {op.__name__ for op in ops.all_ops()}
    assert archc.check("two.yaml") == ()
    assert str(archc.load("two.yaml").outputs["output"]) == "[N, 4]"


def test_the_same_class_may_come_again_and_another_one_may_not() -> None:
    archc.register_op(Twice)
    again = type("Twice", (Twice,), {"__module__": __name__, "__doc__": "A cell run twice."})
    assert archc.register_op(again) is again
    assert ops.find("Twice") is again
    other = type("Twice", (Twice,), {"__module__": "elsewhere"})
    with pytest.raises(OpError, match=f"`Twice` is registered already, by {__name__}"):
        archc.register_op(other)


@pytest.mark.parametrize("name", ["Conv2d", "Parameter", "Call"])
def test_an_op_of_archc_cannot_be_replaced(name: str) -> None:
    mine = type(name, (Twice,), {"__module__": __name__})
    with pytest.raises(OpError, match=f"`{name}` is an op of archc's own, and cannot be replaced"):
        archc.register_op(mine)


def test_what_is_no_op_is_refused() -> None:
    plain = type("Plain", (), {})
    abstract = type("Half", (Op,), {"__module__": __name__, "family": "norm"})
    stray = type("Stray", (Twice,), {"__module__": __name__, "family": "colour"})
    small = type("small", (Twice,), {"__module__": __name__})
    for op, said in (
        (plain, "no subclass of `archc.ir.op.Op`"),
        (abstract, "does not say `infer`, `lowered`"),
        (stray, "needs a `family`: conv, norm"),
        (small, "begins with a capital letter"),
    ):
        with pytest.raises(OpError, match=said):
            archc.register_op(op)
    assert ops.own.own_ops() == ()


def test_ops_from_a_file_on_the_command_line(here: Path, capsys: Capture) -> None:
    assert run(["check", "two.yaml", "--ops", "twice.py"]) == 0
    assert capsys.readouterr().out == "two: ok, 0 parameters, 0 FLOPs, [N, 4] -> [N, 4]\n"
    assert run(["summary", "two.yaml", "--ops", "twice.py"]) == 0
    assert "Twice" in capsys.readouterr().out
    assert run(["viz", "two.yaml", "--ops", "twice.py", "-o", "two.dot"]) == 0
    assert "Twice" in (here / "two.dot").read_text()
    capsys.readouterr()
    assert run(["ops", "Twice", "--ops", "twice.py", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"] == "Two of it."
    assert run(["ops", "--ops", "./twice.py"]) == 0
    assert "Two of it." in capsys.readouterr().out


def test_ops_from_a_module_on_the_command_line(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "my_lone_ops.py").write_text(OP)
    monkeypatch.syspath_prepend(str(here))
    assert run(["check", "two.yaml", "--ops", "my_lone_ops"]) == 0
    sys.modules.pop("my_lone_ops")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "`bad.py` holds no op: no subclass of `archc.ir.op.Op`"),
        ("import nowhere_at_all\n", "cannot be loaded: ModuleNotFoundError: No module named"),
        ("raise SystemExit(0)\n", "cannot be loaded: SystemExit: 0"),
        ("def f(:\n", "cannot be loaded: SyntaxError: "),
        (OP.replace("Twice(Op)", "ReLU(Op)"), "`ReLU` is an op of archc's own"),
        (OP.replace(repr(CLASS), repr("import os\n" + CLASS)), "is one class, and nothing besides"),
        (None, "the ops of `bad.py` cannot be used: there is no such file"),
    ],
)
def test_a_broken_file_is_one_line_and_a_usage_error(
    here: Path, text: str | None, said: str, capsys: Capture
) -> None:
    if text is not None:
        (here / "bad.py").write_text(text)
    assert run(["check", "two.yaml", "--ops", "bad.py"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("error: --ops: ")
    assert said in err


def test_an_op_that_fails_is_to_blame_itself(here: Path, capsys: Capture) -> None:
    (here / "fails.py").write_text(OP.replace("return ins", "return 1 // 0"))
    assert run(["check", "two.yaml", "--ops", "fails.py"]) == 2
    err = capsys.readouterr().err
    assert "_fails` failed: ZeroDivisionError" in err
    assert "bug in archc" not in err


@pytest.mark.parametrize("value", ["twice_pack:Twice", "twice_pack"])
def test_an_installed_op_is_found(value: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "lib").mkdir()
    (here / "lib" / "twice_pack.py").write_text(OP)
    install(here / "lib", "twice-pack", f"twice = {value}", monkeypatch)
    assert archc.check("two.yaml") == ()
    assert "Twice" in ops.names()
    sys.modules.pop("twice_pack")


def test_a_registered_op_goes_before_an_installed_one(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "lib").mkdir()
    (here / "lib" / "twice_pack.py").write_text(OP)
    install(here / "lib", "twice-pack", "twice = twice_pack", monkeypatch)
    archc.register_op(Twice)
    assert ops.find("Twice") is Twice
    assert ops.own.own_ops() == (Twice,)
    sys.modules.pop("twice_pack")


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("twice = nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("twice = shadow_pack:ReLU", "`ReLU` is an op of archc's own, and cannot be replaced"),
        ("twice = json:dumps", "`dumps` is no subclass of `archc.ir.op.Op`"),
    ],
)
def test_a_broken_package_is_named_where_its_op_is_missing(
    points: str, said: str, here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "lib").mkdir()
    (here / "lib" / "shadow_pack.py").write_text(OP.replace("Twice(Op)", "ReLU(Op)"))
    install(here / "lib", "bad-pack", points, monkeypatch)
    assert run(["check", "two.yaml"]) == 1
    err = capsys.readouterr().err
    assert "no op or block is called `Twice`" in err
    assert "the ops of the package `bad-pack` cannot be used" in " ".join(err.split())
    assert said in " ".join(err.split())
    assert err.rstrip().endswith("found 1 error")
    assert run(["ops", "Twice"]) == 2
    assert "package `bad-pack`" in capsys.readouterr().err
    (here / "fine.yaml").write_text(SPEC.replace("Twice", "ReLU"))
    assert archc.check("fine.yaml") == ()
    sys.modules.pop("shadow_pack", None)


def test_packages_are_not_looked_at_for_archcs_own_ops(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(**_: object) -> object:
        raise AssertionError("the entry points were read")

    monkeypatch.setattr(importlib.metadata, "entry_points", never)
    assert archc.check("resnet50") == ()
    with pytest.raises(AssertionError, match="were read"):
        ops.find("Conv2D")


@pytest.mark.parametrize("name", ["os:system", "twice.Twice", "twice:Twice", "./twice.py"])
def test_a_spec_cannot_name_python(name: str, here: Path) -> None:
    (here / "twice.py").write_text("raise SystemError('it was run')\n")
    (here / "bad.yaml").write_text(f"input: [N, 4]\nlayers: [{json.dumps(name)}]\n")
    assert {d.severity for d in archc.check("bad.yaml")} == {"error"}


def test_checking_with_an_own_op_loads_no_torch(tmp_path: Path) -> None:
    for fence in fences(PAGE.read_text(encoding="utf-8")):
        if fence.info:
            (tmp_path / fence.info).write_text(fence.text)
    command = ["-m", "archc", "check", "lenet_bn.yaml", "--ops", "moving_batch_norm.py"]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("lenet_bn: ok, 6,626 parameters, ")
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "archc.ops.own" in names
    assert not {name for name in names if name.partition(".")[0] == "torch"}


def test_a_source_that_is_none_stops_the_emitter(here: Path, capsys: Capture) -> None:
    class Wrong(Twice):
        def lowered(self, ins: Types) -> Lowered:
            return New("Wrong", source="print('hello')\n")

    archc.register_op(Wrong)
    (here / "wrong.yaml").write_text(SPEC.replace("Twice", "Wrong"))
    with pytest.raises(archc.SpecError, match="one class, and nothing besides"):
        archc.load("wrong.yaml").emit()


def named(name: str, factor: str) -> type[Op]:
    """An op whose module is called like that of others and does something else."""

    def lowered(self: Op, ins: Types) -> Lowered:
        return Define(CLASS.replace("2 *", f"{factor} *")).new()

    return type(name, (Twice,), {"__module__": __name__, "lowered": lowered})


def test_classes_of_one_name_are_kept_apart_and_one_text_stands_once(here: Path) -> None:
    for op in (Twice, named("Thrice", "3"), named("Double", "2")):
        archc.register_op(op)
    spec = SPEC.replace("two", "twice").replace("[Twice]", "[Twice, Thrice, Double, Twice]")
    (here / "many.yaml").write_text(spec)
    text = archc.load("many.yaml").emit()
    assert text.count("class Twice(nn.Module):") == text.count("class Twice2(nn.Module):") == 1
    assert "super().__init__(Twice(), Twice2(), *(Twice() for _ in range(2)))" in text
    assert "class TwiceNetwork(nn.Sequential):" in text
    assert compile(text, "emitted", "exec")


def test_an_own_op_may_be_an_expression(here: Path) -> None:
    class Thrice(Twice):
        def lowered(self, ins: Types) -> Lowered:
            return Call("torch.mul", (Input(), Input()))

    archc.register_op(Thrice)
    (here / "own.yaml").write_text("input: [N, 4]\nlayers:\n  a: Thrice\n")
    assert "return torch.mul(x, x)" in archc.load("own.yaml").emit()
