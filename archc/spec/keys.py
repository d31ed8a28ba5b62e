"""The keys of the language: which ones a mapping may hold, and what stands under them.

Each document is a pydantic model that forbids unknown keys. Values that need a scope to be read
(expressions, arguments, layers) stay `Tree`s, so that every later complaint still knows its line.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from archc.spec.tree import Map, Scalar

RESERVED = frozenset(
    [
        "op",
        "layers",
        "from",
        "when",
        "repeat",
        "for",
        "parallel",
        "shared",
        "inline",
        "inputs",
        "outputs",
        "params",
        "let",
        "init",
        "tie",
        "after",
        "before",
    ]
)
"""Keys that mean something to the language on every node; no parameter is named like one."""

NODE_KEYS = ("op", "layers", "from", "when", "repeat", "for", "parallel", "shared", "inline")
"""Keys of a node that an argument may be a misspelling of."""

PLACES = frozenset({"after", "before"})
"""Keys that only say where `extends` puts a new node."""


def _scalar(value: object) -> object:
    if not isinstance(value, Scalar):
        raise ValueError("a single value")  # noqa: TRY004 - pydantic's
    return value.value


def _mapping(value: object) -> object:
    if isinstance(value, Scalar) and value.value is None:
        return Map({}, {}, value.span)
    if not isinstance(value, Map):
        raise ValueError("a mapping")  # noqa: TRY004 - pydantic's
    return value


Node = Any
"""A `Tree` that is read later, in its scope."""
Text = Annotated[str, BeforeValidator(_scalar)]
Flag = Annotated[bool, BeforeValidator(_scalar)]
Whole = Annotated[int, BeforeValidator(_scalar)]
Mapping = Annotated[Any, BeforeValidator(_mapping)]


class Document(BaseModel):
    """A mapping of the language. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class FileDocument(Document):
    """A whole spec file."""

    archc: Whole = 1
    """The version of the language."""
    name: Text = ""
    """The network's name; the file's name unless it is said."""
    description: Text = ""
    """A line for `archc list` and the emitted class."""
    extends: Text | None = None
    """The file or zoo name this one starts from."""
    use: Mapping | None = None
    """Other files, by the name they get here."""
    params: Mapping | None = None
    """Parameters, set by `extends`, `--set` and the Python API."""
    let: Mapping | None = None
    """Named intermediate values."""
    input: Node | None = None
    """The shape of the only input."""
    inputs: Node | None = None
    """Several inputs by name."""
    dims: Mapping | None = None
    """The sizes that costs are reported for, and their bounds."""
    blocks: Mapping | None = None
    """Blocks by name, ops of this file's own."""
    layers: Node | None = None
    """The nodes: a mapping of names, or a list."""
    outputs: Node | None = None
    """What the network gives, in place of its last node."""
    init: Mapping | None = None
    """How weights begin, by op, block or path."""
    expect: Mapping | None = None
    """Facts that `archc check` compares with the network."""


class BlockDocument(Document):
    """One entry of `blocks`, when its body is `layers`."""

    params: Mapping | None = None
    """The block's parameters: a type, a default, or a declaration."""
    let: Mapping | None = None
    """Named intermediate values."""
    inputs: Node | None = None
    """The names of its inputs, where there are several or one needs a name."""
    outputs: Node | None = None
    """What it gives, in place of its last node."""
    layers: Node
    """Its nodes: a mapping of names, or a list."""


class NodeDocument(Document):
    """The reserved keys of a node; its other keys are the op's arguments."""

    op: Node | None = None
    """An op, a block, or a used file."""
    layers: Node | None = None
    """The nodes of a group: a mapping of names, or a list."""
    from_: Node | None = Field(default=None, alias="from")
    """Where its inputs come from: a path, a list of them, or a mapping by input."""
    when: Node | None = None
    """The condition under which the node is there; `training` is decided when it runs."""
    repeat: Node | None = None
    """The number of copies; `i` counts them."""
    for_: Mapping | None = Field(default=None, alias="for")
    """A copy for each element of one or more lists, by variable."""
    parallel: Flag = False
    """Copies that each take the node's own `from`, in place of a chain."""
    shared: Flag = False
    """One module that every copy applies."""
    inline: Flag = False
    """No module of its own: what it holds belongs to the enclosing layers."""
    outputs: Node | None = None
    """Other nodes of the block that this use gives out, by name."""
    init: Node | None = None
    """Rules for its tensors or for what is inside it; of a `Parameter`, just the function."""
    """How the node's own weights begin, or those inside it."""
    tie: Mapping | None = None
    """Tensors of the node that are those of an earlier one."""


class ParameterDocument(Document):
    """A parameter declared in full: `{type: int, default: 64, min: 1}`."""

    type: Text
    """One of the parameter types."""
    default: Node | None = None
    """Its value unless one is given; without a default one must be."""
    min: Node | None = None
    """The smallest value allowed."""
    max: Node | None = None
    """The largest value allowed."""
    choices: Node | None = None
    """The values allowed."""
    doc: Text = ""
    """What it is, for people."""


class DimDocument(Document):
    """A symbolic size declared in full."""

    default: Whole
    """The size that costs are reported for."""
    multiple_of: Whole = 1
    """What every size must be a multiple of."""
    min: Whole = 1
    """The smallest size."""
    max: Whole | None = None
    """The largest size."""


class InputDocument(Document):
    """An input declared with its shape."""

    shape: Node
    """Sizes: integers, capitals for open ones, expressions."""
    dtype: Text = "float32"
    """The element type, as torch calls it."""
    below: Node | None = None
    """Integer inputs: every value is smaller than this, and tables must have a place for each."""


class UseDocument(Document):
    """A file that is used with some of its parameters set."""

    file: Text
    """The file's path, or a name from the zoo."""
    params: Mapping | None = None
    """Values for its parameters."""


class OutputDocument(Document):
    """An output declared in full."""

    from_: Node = Field(alias="from")
    """The path of a node."""
    when: Node | None = None
    """The condition under which the output is there; `training` is decided when it runs."""


class ExpectDocument(Document):
    """What the author knows to be true of the network, checked by `archc check`."""

    params: Node | None = None
    """The number of learned parameters."""
    flops: Node | None = None
    """The floating-point operations at the reported sizes."""
    output: Node | None = None
    """The shape of the first output."""
    outputs: Mapping | None = None
    """The shapes of outputs by name."""
