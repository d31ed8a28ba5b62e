"""The classes of the emitted file that torch does not have and no block made."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from archc.backends.python.layout import Line
from archc.ir.define import parsed

if TYPE_CHECKING:
    from archc.backends.python.naming import Names
    from archc.ir.target import New


@dataclass(slots=True)
class Definitions:
    """Each text once, under a name that nothing else in the file has. `names` are the file's."""

    names: Names
    _called: dict[str, str] = field(default_factory=dict[str, str])

    def target(self, new: New) -> str:
        """What a module's class is called in the file. Raises OpError for a source that is none."""
        if not new.source:
            return new.target
        if new.source not in self._called:
            self._called[new.source] = self.names.claim(parsed(new.source).name)
        return self._called[new.source]

    def sections(self) -> list[list[Line]]:
        """The lines of each class, by name."""
        named = sorted((name, source) for source, name in self._called.items())
        texts = (renamed(source, parsed(source).name, name) for name, source in named)
        return [list(map(Line, text.rstrip().split("\n"))) for text in texts]


def renamed(source: str, old: str, new: str) -> str:
    r"""The text with a class called anew, also where it speaks of itself.

    >>> print(renamed("class A(nn.Module):\n    def copy(self): return A(self.A)", "A", "A2"))
    class A2(nn.Module):
        def copy(self): return A2(self.A)
    """
    if old == new:
        return source
    lines = io.StringIO(source).readlines()
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for before, token in reversed(list(pairwise(tokens))):
        if token.type == tokenize.NAME and token.string == old and before.string != ".":
            (row, start), (_, end) = token.start, token.end
            lines[row - 1] = lines[row - 1][:start] + new + lines[row - 1][end:]
    return "".join(lines)
