"""What to write for a part that a block hides: an output of the block that gives it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag.diagnostic import nearest
from archc.ir.graph import Body
from archc.lower.values import BlockUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.ir.graph import Ref
    from archc.lower.values import Built


def meant_inside(body: Body, rest: tuple[str, ...], given: list[str]) -> tuple[str, ...]:
    """The path inside a block that `rest` is or nearly is; empty where no node is called so.

    A name that is nearly one of the outputs that are `given` is none of a node.
    """
    paths = [*(item.path for item in body.items), *(held.path for held in body.containers)]
    names = {path[0]: None for path in paths}
    head = rest[0]
    counts = head.lstrip("-").isdecimal() or head == "*"
    if head in names or (counts and "0" in names):
        return rest
    near = nearest(head, names) if nearest(head, given) is None else None
    return (near, *rest[1:]) if near else ()


def way_out(built: Built, rest: tuple[str, ...]) -> str:
    """How `built`, a node of a block, gives away what is at the path `rest` inside."""
    assert built.body is not None
    node = built.path[-1] if not built.name.isdecimal() else ".".join(built.path)
    given = {name or _called(path): path for name, path in _outputs(built.body)}
    same = next((out for out, path in given.items() if path == rest), None)
    if same is not None:
        alone = len(given) == 1
        return f"write `{node}{'' if alone else f'.{same}'}`, which is `{'.'.join(rest)}`"
    name = _called(rest)
    while name in given:
        name = f"{name}_"
    listed = ", ".join(f"{k}: {'.'.join(path)}" for k, path in {**given, name: rest}.items())
    outputs = f"`outputs: {{{listed}}}`, and write `{node}.{name}`"
    if _elsewhere(built):
        return f"let `{node}` choose among the nodes inside: {outputs}"
    return f"give `{built.body.name}` outputs beside its `layers`: {outputs}"


def path_inside(body: Body, output: str) -> tuple[str, ...]:
    """The path of the node inside a block of which an output is the value; empty for none."""
    return dict(_outputs(body)).get(output, ())


def _elsewhere(built: Built) -> bool:
    """Whether the block is written in another file, which its user may not be able to change."""
    made = built.made
    return isinstance(made, BlockUse) and (
        made.block.unit is not None or made.block.span.file != built.span.file
    )


def _outputs(body: Body) -> Iterator[tuple[str, tuple[str, ...]]]:
    for out in body.outputs:
        yield out.name, _path(body, out.ref)


def _path(body: Body, ref: Ref) -> tuple[str, ...]:
    """How the block's own `outputs` would name a value."""
    if ref.item < 0:
        return ((body.inputs[ref.port][0] or "input"),)
    item = body.items[ref.item]
    return (*item.path, str(ref.port)) if ref.port else item.path


def _called(path: tuple[str, ...]) -> str:
    """A name for an output, after the last word of a path."""
    last = path[-1]
    return last if last.isidentifier() else {"*": "parts"}.get(last, f"part{last.strip('-')}")
