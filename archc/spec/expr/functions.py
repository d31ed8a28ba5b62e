"""All functions of expressions by name. Each is declared where it is written."""

from __future__ import annotations

from archc.spec.expr import list_functions, number_functions
from archc.spec.expr.registry import DECLARED, Function

__all__ = ["FUNCTIONS", "list_functions", "number_functions"]

FUNCTIONS: dict[str, Function] = dict(sorted(DECLARED.items()))
