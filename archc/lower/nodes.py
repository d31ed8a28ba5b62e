"""What a node is, from how it is written: an op, a group, or a `$` that becomes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from archc import ops
from archc.diag import codes
from archc.diag.diagnostic import Label, nearest
from archc.diag.fix import replacing
from archc.lower.idle_keys import report_idle
from archc.spec.document import describe_value, read, start_of
from archc.spec.expr import Absorbed
from archc.spec.keys import NODE_KEYS, PLACES, RESERVED, NodeDocument
from archc.spec.strangers import unknown_key
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.lower.run import Run
    from archc.spec.report import Report
    from archc.spec.tree import Tree

_OF_BLOCKS = {
    "params": "blocks and files declare parameters; the arguments of an op stand beside `op`",
    "inputs": "write `from`: blocks and files declare inputs, and a node takes them",
    "let": "blocks and files have a `let`",
}
_OTHER_WORDS = frozenset(
    {"type", "module", "kind", "class", "layer", "class_name", "target", "layer_type", "op_type"}
)
"""What other tools call the key `op`."""
_PLAIN = NodeDocument()
"""A node that holds no reserved key but `op` or `layers`."""


class NodeSpec(Struct, frozen=True):
    """A node as written: `op` with `args`, or `layers`; `doc` holds its other reserved keys."""

    span: Span
    doc: NodeDocument
    op: Scalar | None = None
    args: Map | None = None
    layers: Tree | None = None


def node_spec(tree: Tree, run: Run) -> NodeSpec:
    """The node that a tree describes. Raises `Absorbed` after reporting why it is none."""
    known = run.specs.get(id(tree))
    if known is None:
        known = (tree, _read(tree, run.report))
        run.specs[id(tree)] = known
    if known[1] is None:
        raise Absorbed
    return known[1]


def _read(tree: Tree, report: Report) -> NodeSpec | None:
    match tree:
        case Scalar():
            return _bare(tree, report)
        case List():
            return NodeSpec(tree.span, _PLAIN, layers=tree)
        case Map() if not RESERVED.intersection(tree.items):
            return _group_or_misspelt(tree, report)
        case Map():
            return _mapping(tree, report)


def _bare(tree: Scalar, report: Report) -> NodeSpec | None:
    if isinstance(tree.value, str) and tree.value:
        return NodeSpec(tree.span, _PLAIN, op=tree)
    if tree.value is None:
        help = "name an op, or remove the key; null removes a node only in a file that `extends`"
        report.error(codes.NULL_NODE, "this node is null", tree.span, help=help)
        return None
    text = f"a node is an op or layers, not {describe_value(tree)}"
    report.error(codes.WRONG_KIND, text, tree.span, help="write an op's name, as in `ReLU`")
    return None


def _group_or_misspelt(tree: Map, report: Report) -> NodeSpec | None:
    """A mapping without reserved keys is a group, unless `op` itself is misspelt."""
    for key, value in tree.items.items():
        near = _meant(key, value)
        if near is not None:
            _unknown(tree, key, near, report)
            return None
    if len(tree.items) == 1 and _is_op_as_key(tree, report):
        return None
    argument = next((k for k, t in tree.items.items() if is_argument(t)), None)
    if argument is not None:
        text = f"the node has the argument `{argument}`, but no `op`"
        report.error(codes.MISSING_KEY, text, start_of(tree), help="add `op:` with an op's name")
        return None
    return NodeSpec(tree.span, _PLAIN, layers=tree)


def _meant(key: str, value: Tree) -> str | None:
    """`op` or `layers`, where a key is meant for it: misspelt, or another tool's word."""
    near = nearest(key, ("op", "layers"))
    if near is None and key.casefold().strip("_") in _OTHER_WORDS:
        near = "op"
    return near if near is not None and (near == "op") == isinstance(value, Scalar) else None


def is_argument(tree: Tree) -> bool:
    """Whether a value is a number or a switch, which no node is."""
    return isinstance(tree, Scalar) and isinstance(tree.value, bool | int | float)


def _is_op_as_key(tree: Map, report: Report) -> bool:
    from archc.lower.op_as_key import op_as_key

    return op_as_key(tree, report)


def _mapping(tree: Map, report: Report) -> NodeSpec | None:
    reserved = {k: v for k, v in tree.items.items() if k in RESERVED and k not in PLACES}
    others = {k: v for k, v in tree.items.items() if k not in RESERVED}
    keys = {k: tree.keys[k] for k in reserved}
    if not {"op", "layers"}.intersection(reserved):
        _neither(tree, others, report)
        return None
    unread = False
    for stray in sorted(_OF_BLOCKS.keys() & reserved.keys()):
        text, help = f"a node has no key `{stray}`", _OF_BLOCKS[stray]
        if "layers" in reserved:
            text, help = f"a group has no key `{stray}`", "define it as a block, under `blocks`"
        report.error(codes.UNKNOWN_KEY, text, tree.keys[stray], help=help)
        reserved.pop(stray)
        unread = unread or stray == "inputs" or "layers" in reserved
    report_idle(tree, report)
    doc = read(NodeDocument, Map(reserved, keys, tree.span), report, "the node")
    if doc is None or unread or ("for" in reserved and doc.for_ is None):
        return None  # without its loop, the names that it counts by would be missed
    if "op" in reserved:
        return _op(tree, doc, others, report)
    for stranger, value in others.items():
        near = nearest(stranger, NODE_KEYS)
        unread = unread or near in {"repeat", "for", "from"}
        if near or is_argument(value):
            unknown_key(report, tree, stranger, "a group", NODE_KEYS[1:])
        else:
            text, help = f"a group has no key `{stranger}`", "put the node inside `layers`"
            report.error(codes.UNKNOWN_KEY, text, tree.keys[stranger], help=help)
    return NodeSpec(tree.span, doc, layers=doc.layers) if not unread else None


def _op(tree: Map, doc: NodeDocument, others: dict[str, Tree], report: Report) -> NodeSpec | None:
    if doc.layers is not None:
        text = "a node has `op` or `layers`, not both"
        also = (Label(tree.keys["op"], "its `op` is here"),)
        help = "drop one of them; in a file that `extends`, a list alone takes the node's place"
        report.error(codes.CONFLICTING_KEYS, text, tree.keys["layers"], also=also, help=help)
        return None
    if not isinstance(doc.op, Scalar) or not isinstance(doc.op.value, str):
        text = f"`op` takes the name of an op, not {describe_value(doc.op)}"
        help = "layers stand under `layers`" if isinstance(doc.op, List) else "as in `op: ReLU`"
        report.error(codes.WRONG_KIND, text, tree.items["op"].span, help=help)
        return None
    args = Map(others, {k: tree.keys[k] for k in others}, tree.span)
    return NodeSpec(tree.span, doc, op=doc.op, args=args)


def _neither(tree: Map, others: dict[str, Tree], report: Report) -> None:
    meant = next((k for k, t in others.items() if _meant(k, t)), None)
    if meant is None:
        key = next(k for k in tree.items if k in RESERVED)
        report.error(
            codes.MISSING_KEY,
            f"the node has `{key}`, but neither `op` nor `layers`",
            tree.keys[key],
            help=_without_both(key, others),
        )
        return
    _unknown(tree, meant, _meant(meant, others[meant]) or "op", report)


def _without_both(key: str, others: dict[str, Tree]) -> str:
    inside = next((k for k, t in others.items() if isinstance(t, Map) and "op" in t.items), None)
    if inside is None:
        return "add `op:` with the name of an op, or `layers:`"
    return f"nodes beside a key stand under `layers`: `{{{key}: ..., layers: {{{inside}: ...}}}}`"


def _unknown(tree: Map, key: str, meant: str, report: Report) -> None:
    """A key in place of `op` or `layers`: certain where the value is an op's name."""
    value = tree.items[key]
    certain = isinstance(value, Scalar) and value.value in ops.names()
    fix = replacing(tree.keys[key], meant, certain=certain)
    text, help = f"a node has no key `{key}`", f"did you mean `{meant}`?"
    report.error(codes.UNKNOWN_KEY, text, tree.keys[key], help=help, fix=fix)
