"""The network after elaboration: every name resolved, every shape inferred, nothing of YAML left.

A `Body` is one block (or the file itself) for one set of parameters and input types. Inside it the
graph is flat: `items` in execution order, joined by `Ref`s, whatever groups, lists and repeats they
were written in. Those survive as `containers`, which only name and wrap. A block that is used in a
body is one item that holds the block's own `Body`; equal uses share one `Body` object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from archc.ir.op import Op
from archc.ir.storage import NO_EFFECTS

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.op import Types
    from archc.ir.storage import Effects
    from archc.ir.target import Literal as Value
    from archc.ir.types import TensorType

Path: TypeAlias = tuple[str, ...]


class Ref(Struct, frozen=True):
    """A value inside one body: output `port` of an item, or input `port` of the body (item -1)."""

    item: int
    port: int = 0


class Skip(Struct, frozen=True):
    """A node of a mapping whose `when` is false: no module, its first input passes on."""


class Again(Struct, frozen=True):
    """`op: Call`: the node at `path`, an earlier one of this body, applied once more.

    `what` is what stands there, elaborated for the types it gets here; its weights count once.
    """

    path: Path
    what: Op | Body


class Weight(Struct, frozen=True):
    """A tensor that an earlier node of this body owns, used as a value: `embed.weight`."""

    path: Path
    tensor: str


class InitRule(Struct, frozen=True):
    """`tensor` of every match of `pattern` gets `torch.nn.init.<function>(tensor, **args)`.

    `pattern` is an op or block name (`kind == "type"`) or a path with `*` and `**` (`"path"`).
    """

    kind: Literal["type", "path"]
    pattern: str
    tensor: str
    function: str
    args: tuple[tuple[str, Value], ...]
    span: Span
    within: str = ""
    """The path of the node that the rule is confined to: the rules of a used file."""


class Item(Struct, frozen=True):
    """One use of an op or a block in its place.

    `path` is relative to the body: `("downsample", "0")`. `written` maps a parameter to the
    expression the spec has for it, where it is one over names of the block (`4 * width`), for the
    emitter. `when` is the condition as written, where there is one.
    """

    path: Path
    what: Op | Body | Skip | Again | Weight
    inputs: tuple[Ref, ...]
    outputs: Types
    span: Span
    written: tuple[tuple[str, str], ...] = ()
    when: str = ""
    training: bool = False
    init: tuple[InitRule, ...] = ()

    @property
    def applied(self) -> Op | Body | Skip | Weight:
        """What it runs: its own, or that of the node which it applies again."""
        return self.what.what if isinstance(self.what, Again) else self.what


class Container(Struct, frozen=True):
    """A group, list or repeat: a level of paths.

    `sequential` is an `nn.Sequential`, `list` an `nn.ModuleList`, `group` a mapping with names. A
    repeat is `sequential` or `list` with `repeat` set. `first` and `last` are the items it spans,
    `last` exclusive; nested containers span parts of it.
    """

    path: Path
    kind: Literal["sequential", "list", "group"]
    first: int
    last: int
    span: Span
    repeat: bool = False
    passes: Ref | None = None
    """What stands for its values outside training, where it is there in training only."""


def spanned(containers: Iterable[Container], paths: Sequence[Path]) -> Iterator[Container]:
    """The containers that hold one of these nodes, given by their paths, each with its span."""
    reach: dict[Path, tuple[int, int]] = {}
    for k, path in enumerate(paths):
        for end in range(1, len(path)):
            first, _ = reach.get(path[:end], (k, k))
            reach[path[:end]] = (first, k + 1)
    for container in containers:
        if container.path in reach:
            first, last = reach[container.path]
            yield replace(container, first=first, last=last)


class Output(Struct, frozen=True):
    """One output of a body. `name` is empty where there is only one and nobody named it."""

    name: str
    ref: Ref
    training: bool = False


class Body(Struct, frozen=True, eq=False, weakref=True):
    """A block, elaborated. Compared by identity: equal uses share one object.

    `params` are the block's own parameters with their values, in the order they are declared.
    """

    name: str
    inputs: tuple[tuple[str, TensorType], ...]
    items: tuple[Item, ...]
    outputs: tuple[Output, ...]
    containers: tuple[Container, ...]
    params: tuple[tuple[str, Value], ...]
    span: Span
    doc: str = ""
    ties: tuple[tuple[str, str], ...] = ()
    """Pairs of tensors, as paths in this body: the first becomes the second."""
    init: tuple[InitRule, ...] = ()
    """The rules of the file, where the body is a whole file that another one uses."""
    leaves: int = 0
    """How many nodes it is when everything inside is counted wherever it is used."""
    effects: Effects = NO_EFFECTS
    """Which of its inputs it writes over, and what memory its outputs are in."""

    def type_of(self, ref: Ref) -> TensorType:
        """The type of a value."""
        if ref.item < 0:
            return self.inputs[ref.port][1]
        return self.items[ref.item].outputs[ref.port]

    def source(self, ref: Ref) -> Ref:
        """Where a value really comes from: skipped nodes pass their first input on."""
        while ref.item >= 0 and isinstance(self.items[ref.item].what, Skip):
            ref = self.items[ref.item].inputs[0]
        return ref

    def input_types(self, item: Item) -> Types:
        """The types of an item's inputs."""
        return tuple(self.type_of(ref) for ref in item.inputs)

    @property
    def output_types(self) -> Types:
        """The types of the outputs, training-only ones included."""
        return tuple(self.type_of(out.ref) for out in self.outputs)

    def container(self, path: Path) -> Container | None:
        """The container at a path, if there is one."""
        return next((c for c in self.containers if c.path == path), None)


class Leaf(Struct, frozen=True):
    """One op of the whole network in its place, as summaries and diagrams list it.

    `path` is complete (`layer1.0.conv1`); `block` the name of the block it stands in; `again` marks
    a second application of the same module (`Call`), whose weights are counted elsewhere.
    """

    path: str
    op: Op
    block: str
    ins: Types
    outs: Types
    span: Span
    again: bool = False


class Constraint(Struct, frozen=True):
    """What must hold of the input's sizes, as Python over the symbols: `H >= 63`.

    `declared` by the author in `dims`, or derived from the ops.
    """

    text: str
    reason: str
    span: Span
    declared: bool = False


class Network(Struct, frozen=True, eq=False, weakref=True):
    """A whole elaborated spec: the root body, and what belongs to the file.

    `dims` gives each symbol the size that costs are reported for (batch 1). `ties` pairs a tensor's
    path with the one it shares. `init` holds the file's rules in order, later ones winning. `below`
    says, of inputs with whole numbers, what each is smaller than; the only input has no name.
    """

    name: str
    description: str
    body: Body
    dims: dict[str, int]
    constraints: tuple[Constraint, ...] = ()
    init: tuple[InitRule, ...] = ()
    ties: tuple[tuple[str, str], ...] = ()
    params: dict[str, object] = field(default_factory=dict[str, object])
    below: dict[str, int] = field(default_factory=dict[str, int])

    def leaves(self) -> Iterator[Leaf]:
        """Every op in execution order, blocks opened, skipped nodes left out."""
        return leaves_of(self.body)


def leaves_of(body: Body) -> Iterator[Leaf]:
    """Every op of a body in execution order, blocks opened, skipped nodes left out."""
    return _leaves(body, (), again=False)


def _leaves(body: Body, prefix: Path, *, again: bool) -> Iterator[Leaf]:
    for item in body.items:
        what, twice = item.what, again
        path = (*prefix, *item.path)
        if isinstance(what, Again):
            what, twice = what.what, True
        if isinstance(what, Body):
            yield from _leaves(what, path, again=twice)
        elif isinstance(what, Op):
            ins = body.input_types(item)
            yield Leaf(".".join(path), what, body.name, ins, item.outputs, item.span, twice)
