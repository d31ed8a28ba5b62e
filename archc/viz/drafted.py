"""A draft as a body that can be drawn: what has no type gets one that says so.

Such bodies are made here and go no further than the picture.
"""

# No `from __future__ import annotations`: a model is declared here.
from typing import ClassVar, NoReturn

from archc.ir.draft import Draft, DraftNode
from archc.ir.graph import Body, Item, Output, Ref
from archc.ir.op import Family, Op, Rules, Types
from archc.ir.types import TensorType

UNKNOWN = TensorType((), "unknown")
"""The type of a value that nobody knows. No element type of torch's is called so."""


class Unbuilt(Op):
    """What stands where nobody knows which op it is. `title` is what its author calls it."""

    family: ClassVar[Family] = "shape"
    title: str = ""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """One output of no known type."""
        del ins, rules
        return (UNKNOWN,)

    def lowered(self, ins: Types) -> NoReturn:
        """Nothing can be made of it."""
        del ins
        raise TypeError(f"`{self.title}` was not built")


NOWHERE = "nowhere"
"""The last input of each body: where values come from of which nothing is known at all."""


def drawable(draft: Draft) -> Body:
    """The draft as a body; the same object for every equal use. Its last input is no real one."""
    return _body(draft, {})


def _body(draft: Draft, known: dict[int, Body]) -> Body:
    if id(draft) not in known:
        known[id(draft)] = _made(draft, known)
    return known[id(draft)]


def _made(draft: Draft, known: dict[int, Body]) -> Body:
    nowhere = Ref(-1, len(draft.inputs))
    ends = [ref for ref in (_ref(ref, nowhere) for ref in draft.outputs) if ref != nowhere]
    inputs = [(name, type_ or UNKNOWN) for name, type_ in draft.inputs]
    last = Ref(len(draft.nodes) - 1) if draft.nodes else Ref(-1)
    return Body(
        draft.name,
        (*inputs, (NOWHERE, UNKNOWN)),
        tuple(_item(node, nowhere, known) for node in draft.nodes),
        tuple(Output("", ref) for ref in ends or [last]),
        draft.containers,
        (),
        draft.span,
    )


def _item(node: DraftNode, nowhere: Ref, known: dict[int, Body]) -> Item:
    what = node.what or Unbuilt(title=node.title)
    inputs = tuple(_ref(ref, nowhere) for ref in node.inputs)
    if isinstance(what, Draft):
        inputs = (*inputs, nowhere)
        fits = what.nodes and len(what.inputs) == len(node.inputs)
        what = _body(what, known) if fits else Unbuilt(title=node.title)
    elif isinstance(what, Body) and len(what.inputs) != len(inputs):
        what = Unbuilt(title=node.title)  # what does not depend on its unknown inputs was built
    outputs = (UNKNOWN,) if node.outputs is None else node.outputs
    return Item(node.path, what, inputs, outputs, node.places[0], training=node.training)


def _ref(ref: Ref, nowhere: Ref) -> Ref:
    """The value in the body; inputs of no known type are inputs again."""
    if ref.item != -2:
        return ref
    return Ref(-1, ref.port) if ref.port >= 0 else nowhere
