"""The canonical layout of a spec: one way to write it, whoever wrote it.

A mapping or list stands on one line where that fits 120 columns, holds no comment and nests at most
three deep; otherwise each entry takes a line, indented by two spaces. What reads as the figure
takes a line an entry always: `blocks`, `layers` and groups. So do `params` and `init` of more than
five entries or with several lists and mappings, and lists of more than five lists. Blank lines
between entries stay, one at a time. Comments stay where they are; behind a value they start at
column 45 where there is room. Quotes stand only where YAML needs them, keys keep their order and
numbers their spelling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.spec.format.meaning import meaning
from archc.spec.format.read import read
from archc.spec.format.write import write

if TYPE_CHECKING:
    from archc.diag.source import Source

__all__ = ["formatted"]


def formatted(source: Source) -> str:
    r"""The text of a file in the canonical layout. `parse` must have found nothing wrong with it.

    >>> from archc.diag.source import Source
    >>> print(formatted(Source("a.yaml", "dims:\n   H: 'x'   # a size\n   W: 32\n")), end="")
    dims:
      H: x                                      # a size
      W: 32
    """
    root = read("\n".join(source.lines))
    before = meaning(root)
    text = write(root)
    if meaning(read(text)) != before:
        raise RuntimeError(f"formatting {source.file} would change what it says")
    return text
