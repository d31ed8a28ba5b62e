"""The page of each code: what the diagnostic means, a spec that has it, the same spec mended."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from archc.diag import codes

_FOLDER = Path(__file__).with_name("pages")
_EXAMPLE = re.compile(r"^```ya?ml[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Page(Struct, frozen=True):
    """The Markdown page of one code."""

    code: codes.Code
    text: str

    @property
    def examples(self) -> tuple[str, ...]:
        """Its specs in order: the first has the error, the second is mended."""
        return tuple(_EXAMPLE.findall(self.text))

    def plain(self) -> str:
        r"""The page without Markdown's marks, code indented.

        >>> Page(codes.CHANNELS, "# E0401\n\nUse:\n```yaml\na: 1\n```\n").plain()
        'E0401\n\nUse:\n    a: 1'
        """
        out: list[str] = []
        fenced = False
        for line in self.text.rstrip().split("\n"):
            if line.startswith("```"):
                fenced = not fenced
            else:
                out.append(f"    {line}".rstrip() if fenced else line.lstrip("#").lstrip())
        return "\n".join(out)


def find(code: str) -> Page | None:
    """The page of a code such as `E0401`; None where there is no such code or no page yet."""
    known = codes.ALL.get(code)
    file = _FOLDER / f"{code}.md"
    if known is None or not file.is_file():
        return None
    return Page(known, file.read_text(encoding="utf-8"))
