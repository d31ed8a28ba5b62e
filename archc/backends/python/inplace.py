"""Where `out += identity` may stand for `out = out + identity`: it saves a tensor of memory.

Only what a convolution, a linear layer or a normalisation has just made is overwritten, and nothing
else looks at it: none of them keeps its output for the backward pass, as a ReLU or a softmax does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.backends.python.parts import CallModule, Compute, Make, Many
from archc.ir.target import Infix, Input

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.backends.python.parts import Node, Scope, Step

_KEEPS_NOTHING = ("torch.nn.BatchNorm", "torch.nn.Conv", "torch.nn.GroupNorm", "torch.nn.Linear")
_SUM = Infix("+", (Input(0), Input(1)))


def adds_in_place(scopes: Sequence[Scope], index: int) -> bool:
    """Whether a step may add its second input onto the first, in every variant that has it."""
    found = [(scope, scope.steps[index]) for scope in scopes]
    return all(_is_safe(scope, s) for scope, s in found if isinstance(s.does, Compute))


def _is_safe(scope: Scope, step: Step) -> bool:
    if not isinstance(step.does, Compute) or step.does.expression != _SUM:
        return False
    first, second = step.inputs
    made = next((s for s in scope.steps if (s.path, 0) == first), None)
    uses = sum(slot == first for s in scope.steps for slot in s.inputs)
    uses += sum(result.slot == first for result in scope.results)
    return (
        made is not None
        and first != second
        and uses == 1
        and not made.training  # outside of it, this is what came in
        and made.types == step.types
        and isinstance(made.does, CallModule)
        and made.does.is_plain
        and _keeps_nothing(scope, made.does)
    )


def _keeps_nothing(scope: Scope, call: CallModule) -> bool:
    """Whether what is called ends in a layer that can do without its output."""
    children = scope.children
    node: Node | None = None
    for name in call.path:
        node = next((child.node for child in children if child.name == name), None)
        children = node.children if isinstance(node, Many) else ()
    while isinstance(node, Many) and node.kind == "Sequential" and node.children:
        node = node.children[-1].node
    return isinstance(node, Make) and node.target.startswith(_KEEPS_NOTHING)
