"""The zoo's names and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc.spec import zoo


def test_every_name_has_a_file_and_every_file_a_name() -> None:
    files = {file.relative_to(zoo.zoo_root()).as_posix() for file in zoo.zoo_root().rglob("*.yaml")}
    names = (*zoo.names(), *zoo.libraries())
    assert {f"{name}.yaml" for name in names} == files
    assert all(zoo.find(name) for name in names)
    assert list(zoo.names()) == sorted(zoo.names())


@pytest.mark.parametrize(
    "name",
    ["", "..", "../pyproject", "/etc/passwd", "d2l", "resnet50.yaml", "a\\b", "a//b", "d2l/"],
)
def test_what_is_no_name_finds_nothing(name: str) -> None:
    assert zoo.find(name) is None


def test_a_misspelt_name_finds_its_neighbour() -> None:
    assert zoo.suggest("resnet5O") == "did you mean `resnet50`?"
    assert zoo.suggest("xyzzy") == ""


def test_a_name_inside_a_folder_is_meant_too() -> None:
    assert zoo.suggest("lenet5") == "did you mean `tutorial/lenet5`?"
    assert zoo.suggest("lenet_bn_mox") == "did you mean `d2l/lenet_bn_max`?"
    assert zoo.suggest("resnet-50") == "did you mean `resnet50`?"
    for name in zoo.names():
        last = name.rpartition("/")[2]
        assert zoo.find(last) or last in zoo.suggest(last)


def test_files_know_whether_they_belong_to_the_zoo(tmp_path: Path) -> None:
    file = zoo.find("resnet50")
    assert file is not None
    assert zoo.holds(file)
    assert not zoo.holds(tmp_path / "resnet50.yaml")
