"""What goes into a network: `input`, `inputs` and `dims`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc.diag import codes
from archc.diag.diagnostic import did_you_mean, nearest
from archc.diag.misspelt import guess, translated
from archc.ir.types import TensorType
from archc.lower.body import Bound
from archc.lower.reading import INTEGER, read_value
from archc.lower.symbols import input_symbols, read_size
from archc.spec.document import describe_value, read
from archc.spec.expr import Absorbed
from archc.spec.keys import DimDocument, InputDocument
from archc.spec.strangers import SHAPE_WORDS
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.dim import Dim
    from archc.lower.scope import Scope
    from archc.lower.unit import Unit
    from archc.spec.tree import Tree

DTYPES = frozenset(
    [
        "float32",
        "float64",
        "float16",
        "bfloat16",
        "int64",
        "int32",
        "int16",
        "int8",
        "uint8",
        "bool",
        "complex64",
    ]
)

_MOST = {"uint8": 2**8, "int8": 2**7, "int16": 2**15, "int32": 2**31}
"""What every number of a type is below; an expression gives none beyond int64."""

_OTHER_NAMES = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "int": "int64",
    "long": "int64",
    "byte": "uint8",
}
"""Names that torch, Python and C have for some of them."""


class Declared(Struct, frozen=True):
    """One input: its name (empty for the only, unnamed one), type, place and largest number."""

    name: str
    type: TensorType | None
    span: Span
    bound: Bound | None = None


class DimBounds(Struct, frozen=True):
    """A symbol's reported size and the bounds its declaration sets."""

    default: int | None
    span: Span
    multiple_of: int = 1
    min: int = 1
    max: int | None = None


def inputs_of(unit: Unit) -> list[Declared]:
    """The declared inputs of a file. An input that is wrong has the type None."""
    doc, scope = unit.doc, unit.scope
    if doc.input is not None and doc.inputs is not None:
        text = "a spec has `input` or `inputs`, not both"
        help = "keep `input` for a single one, `inputs` for several by name"
        scope.report.error(codes.CONFLICTING_KEYS, text, unit.tree.keys["inputs"], help=help)
    if isinstance(doc.input, Map) and _names_inputs(doc.input):
        from archc.lower.wrong_input import tell_names

        if doc.inputs is None:
            tell_names(unit)
        return [_named(n, t, doc.input.keys[n], scope) for n, t in doc.input.items.items()]
    if doc.input is not None:
        return [_only(doc.input, scope)]
    if isinstance(doc.inputs, Map) and doc.inputs.items:
        return [_named(n, t, doc.inputs.keys[n], scope) for n, t in doc.inputs.items.items()]
    from archc.lower.wrong_input import tell_none

    tell_none(unit)
    named = doc.inputs.items if isinstance(doc.inputs, List) else ()
    found = [Declared(str(t.value), None, t.span) for t in named if isinstance(t, Scalar)]
    return found or [Declared("", None, unit.tree.span)]


def _names_inputs(tree: Map) -> bool:
    """Whether the entries of `input` are inputs themselves: each is a shape, or has one."""
    shapes = [
        isinstance(t, List) or (isinstance(t, Map) and "shape" in t.items)
        for t in tree.items.values()
    ]
    if not shapes or not all(shapes):
        return False
    return not any(n in SHAPE_WORDS or nearest(n, InputDocument.model_fields) for n in tree.items)


def _named(name: str, tree: Tree, span: Span, scope: Scope) -> Declared:
    if isinstance(tree, List):
        return Declared(name, _tensor(tree, scope, "float32"), span)
    if not isinstance(tree, Map):
        text = f"the input `{name}` needs a shape, not {describe_value(tree)}"
        scope.report.error(codes.WRONG_KIND, text, tree.span, help=f"`{name}: [N, 3, H, W]`")
        return Declared(name, None, span)
    return _in_full(name, tree, span, scope)


def _only(tree: Tree, scope: Scope) -> Declared:
    """The input that has no name: a shape, or a mapping that has one."""
    if isinstance(tree, Map) and ("shape" in tree.items or not _all_numbers(tree)):
        return _in_full("", tree, tree.span, scope)
    return Declared("", _tensor(tree, scope, "float32"), tree.span)


def _in_full(name: str, tree: Map, span: Span, scope: Scope) -> Declared:
    """An input with `shape`, `dtype` and `below`; its type is None once reported what is wrong."""
    what = f"the input `{name}`" if name else "the input"
    doc = read(InputDocument, tree, scope.report, what)
    if doc is None or not _is_dtype(doc.dtype, tree, scope):
        return Declared(name, None, span)
    size = _below(doc.below, doc.dtype, scope) if doc.below is not None else None
    bound = Bound(name, size, tree.items["below"].span) if size is not None else None
    return Declared(name, _tensor(doc.shape, scope, doc.dtype), span, bound)


def _is_dtype(name: str, tree: Map, scope: Scope) -> bool:
    """Whether there is such an element type; reported if not."""
    if name in DTYPES:
        return True
    at = tree.items["dtype"].span
    listed = f"there are {', '.join(sorted(DTYPES))}"
    told = translated(at, name, _OTHER_NAMES)
    help, fix = told or guess(at, name, DTYPES, listed)
    text = f"no dtype is called `{name}`"
    scope.report.error(codes.BAD_PARAMETER, text, at, help=help, fix=fix)
    return False


def _below(tree: Tree, dtype: str, scope: Scope) -> int | None:
    """The bound of integers. What is wrong with it leaves the input's type known."""
    if "int" not in dtype:
        text = f"`below` goes with integers, and this input is {dtype}"
        scope.report.error(codes.BAD_PARAMETER, text, tree.span, help="add `dtype: int64`")
        return None
    try:
        value = read_value(tree, scope, INTEGER)
    except Absorbed:
        return None
    text, help = f"`below` is an integer of at least 1, not {describe_value(value)}", ""
    if type(value) is int and value > 0:
        most = _MOST.get(dtype, value)
        if value <= most:
            return value
        text, help = (
            f"`below` is {value}, and {dtype} ends at {most - 1}",
            f"write `below: {most}`",
        )
    scope.report.error(codes.BAD_PARAMETER, text, tree.span, help=help)
    return None


def _all_numbers(tree: Map) -> bool:
    return all(isinstance(t, Scalar) and isinstance(t.value, int) for t in tree.items.values())


def _tensor(tree: Tree, scope: Scope, dtype: str) -> TensorType | None:
    """The type that a shape stands for; None once reported what is wrong with it."""
    if not isinstance(tree, List):
        from archc.lower.wrong_input import shape_meant

        text = f"an input's shape is a list, not {describe_value(tree)}"
        scope.report.error(codes.WRONG_KIND, text, tree.span, help=shape_meant(tree))
        return None
    sizes = [size for size in (_size(t, scope) for t in tree.items) if size is not None]
    return TensorType(tuple(sizes), dtype) if len(sizes) == len(tree.items) else None


def _size(tree: Tree, scope: Scope) -> int | Dim | None:
    """One size of an input; None once reported what is wrong with it."""
    try:
        return read_size(tree, scope)
    except Absorbed:
        return None


def dims_of(unit: Unit) -> dict[str, DimBounds]:
    """What `dims` declares, by symbol."""
    if unit.doc.dims is None:
        return {}
    found = {}
    for name, tree in unit.doc.dims.items.items():
        _check_symbol(name, unit)
        bounds = _bounds(name, tree, unit.doc.dims.keys[name], unit.scope)
        if bounds is not None:
            found[name] = bounds
    return found


def _check_symbol(name: str, unit: Unit) -> None:
    """A size is given for a symbol of the input. One that a variant lays over may have others."""
    assert unit.doc.dims is not None
    at, report = unit.doc.dims.keys[name], unit.scope.report
    inputs = unit.tree.keys.get("input") or unit.tree.keys.get("inputs")
    known = input_symbols(unit)
    if name in known or inputs is None or not report.extends(at.file, inputs.file):
        return
    help = did_you_mean(name, known) or f"it has {', '.join(sorted(known)) or 'none'}"
    text = f"the input has no open size `{name}`"
    report.error(codes.SET_UNKNOWN, text, at, help=help)


def _bounds(name: str, tree: Tree, key: Span, scope: Scope) -> DimBounds | None:
    try:
        tree = _computed(tree, scope)
    except Absorbed:
        return None
    if isinstance(tree, Map):
        doc = read(DimDocument, tree, scope.report, f"the dimension `{name}`")
        if doc is None:
            return None
        return DimBounds(doc.default, key, doc.multiple_of, doc.min, doc.max)
    if isinstance(tree, Scalar) and type(tree.value) is int and tree.value > 0:
        return DimBounds(tree.value, key)
    text = f"a dimension's size is a positive integer, not {describe_value(tree)}"
    scope.report.error(codes.WRONG_KIND, text, tree.span)
    return None


def _computed(tree: Tree, scope: Scope) -> Tree:
    """The declaration of a size with the values of its expressions."""
    if isinstance(tree, Map):
        items = {key: _computed(value, scope) for key, value in tree.items.items()}
        return Map(items, tree.keys, tree.span)
    if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
        return tree
    value = read_value(tree, scope, INTEGER)
    return Scalar(value, tree.span) if isinstance(value, int) else tree
