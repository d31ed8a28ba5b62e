"""Whole numbers that an input may hold: accepted are those that torch can look up."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from archc.api import Architecture, read
from archc.diag.codes import TABLE_SIZE
from archc.lower import Loaded
from archc.ops import all_ops

TABLES = {op.__name__: op.numbers_below for op in all_ops() if op.numbers_below}
BLOCK = "blocks: {Inner: {layers: {move: %s, look: %s}}}\n"
MOVES = [
    "Identity",
    "{op: Transpose, dim0: 0, dim1: 1}",
    "{op: Flatten, start_dim: 0}",
    "{op: Reshape, shape: [-1, 1]}",
    "{op: Rearrange, pattern: 'n t -> t n'}",
    "{op: Slice, dim: 1, start: 1}",
    "{op: Cast, dtype: int64}",
    "{op: ReLU, when: 1 > 2}",
]
OTHERS = [
    "{op: Clamp, max: 3}",
    "{op: Greater, other: 1}",
    "{op: Cast, dtype: bool}",
    "{op: Cast, dtype: uint8}",
    "{op: Multiply, other: 0}",
]


def test_there_are_tables() -> None:
    assert {"Embedding", "EmbeddingBag", "OneHot"} <= TABLES.keys()


def spec(below: int, nodes: list[str], block: str = "") -> str:
    listed = "".join(f"  - {node}\n" for node in nodes)
    head = f"name: a\ninput: {{shape: [N, T], dtype: int64, below: {below}}}\n"
    return f"{head}{block}layers:\n{listed}"


def table(name: str, size: int) -> str:
    vectors = ", embedding_dim: 2" if name != "OneHot" else ""
    return f"{{op: {name}, {TABLES[name]}: {size}{vectors}}}"


def loaded(folder: Path, text: str) -> Loaded:
    file = folder / "a.yaml"
    file.write_text(text)
    return read(file)


def runs(found: Loaded, largest: int) -> bool:
    """Whether torch runs the network with this number."""
    assert found.network is not None, found.diagnostics
    model = Architecture(found.network, found.sources).build().eval()
    try:
        model(torch.full((2, 8), largest))
    except (IndexError, RuntimeError):
        return False
    return True


@pytest.mark.parametrize("name", TABLES)
def test_one_number_more_is_one_too_many(tmp_path: Path, name: str) -> None:
    fits, too_many = (loaded(tmp_path, spec(below, [table(name, 7)])) for below in (7, 8))
    assert [found.code for found in too_many.diagnostics] == [TABLE_SIZE]
    assert runs(fits, 6)
    assert not runs(fits, 7)


@given(
    moves=st.lists(st.sampled_from(MOVES), min_size=1, max_size=4),
    below=st.integers(1, 9),
    size=st.integers(1, 9),
    inside=st.booleans(),
)
@settings(suppress_health_check=list(HealthCheck))
def test_numbers_are_followed(
    tmp_path_factory: pytest.TempPathFactory,
    moves: list[str],
    below: int,
    size: int,
    *,
    inside: bool,
) -> None:
    """Through blocks and what moves them, to a table that is large enough or not."""
    folder = tmp_path_factory.mktemp("numbers")
    nodes, block = [*moves, table("Embedding", size)], ""
    if inside:
        block, nodes = BLOCK % tuple(nodes[-2:]), [*nodes[:-2], "Inner"]
    found = loaded(folder, spec(below, nodes, block))
    problems = {found.code for found in found.diagnostics}
    assume(problems <= {TABLE_SIZE})  # the moves fit one another
    assert (TABLE_SIZE in problems) == (below > size)
    assert problems or runs(found, below - 1)


@pytest.mark.parametrize("other", OTHERS)
def test_what_computes_gives_other_numbers(tmp_path: Path, other: str) -> None:
    nodes = [other, "{op: Cast, dtype: int64}", table("OneHot", 256)]
    found = loaded(tmp_path, spec(1000, nodes))
    assert found.network is not None, found.diagnostics
