"""The text of a module: what may go into an emitted file, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc.diag.diagnostic import OpError
from archc.ir.define import Define, defaults

CLASS = (
    "class Twice(nn.Module):\n    def forward(self, x: Tensor) -> Tensor:\n        return 2 * x\n"
)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "is one class, and nothing besides"),
        ("print('hello')\n", "is one class, and nothing besides"),
        (CLASS + "print('hello')\n", "is one class, and nothing besides"),
        (CLASS + CLASS.replace("Twice", "Thrice"), "is one class, and nothing besides"),
        ("class A(nn.Module:", "does not parse"),
        ("class A(nn.Module):\n    x = '\0'\n", "does not parse"),
        ("class A: pass\n", "`A` is no subclass of `nn.Module`"),
        ("class A(print('hello')): pass\n", "is no subclass of `nn.Module`"),
        ("class A(nn.Module, object): pass\n", "is no subclass of `nn.Module`"),
        ("class A(nn.Module, metaclass=print): pass\n", "has decorators or keywords"),
        ("@print\nclass A(nn.Module): pass\n", "has decorators or keywords"),
        ("class A(nn.Module):\n    print('hello')\n", "holds more than functions and constants"),
        ("class A(nn.Module):\n    x = print('hello')\n", "holds more than functions"),
        ("class A(nn.Module):\n    def f(self):\n        import os\n", "imports something"),
        ("class A(nn.Module):\n    def f(self): return os.name\n", "uses `os`, which the emitted"),
        ("class A(nn.Module):\n    def f(self, x: Size): return x\n", "uses `Size`"),
        ("class A(nn.Module):\n    def __init__(self, a=torch.pi): pass\n", "that is no literal"),
    ],
)
def test_a_hostile_or_careless_source_is_refused(source: str, said: str) -> None:
    with pytest.raises(OpError, match=said):
        Define(source)


def test_a_class_is_read_from_a_file_that_is_not_run(tmp_path: Path) -> None:
    file = tmp_path / "layers.py"
    file.write_text(f"raise SystemError('it was run')\n\n\n{CLASS}\n\n@print\nclass A: pass\n")
    assert Define.of_file(file, "Twice") == Define(CLASS)
    for name, said in (("Twise", "did you mean `Twice`?"), ("A", "has decorators")):
        with pytest.raises(OpError, match=said):
            Define.of_file(file, name)
    with pytest.raises(OpError, match="cannot read"):
        Define.of_file(tmp_path / "nowhere.py", "Twice")


def test_defaults_are_read_from_the_constructor() -> None:
    text = "class A(nn.Module):\n    def __init__(self, a, b=-1, *c, d=(1, 2), e, **f): pass\n"
    assert defaults(text) == {"b": -1, "d": (1, 2)}
