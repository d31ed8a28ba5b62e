"""A network as the Python source that a person would have written. It needs torch alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec import Struct

from archc.backends.python.alignment import groups
from archc.backends.python.checks import Check
from archc.backends.python.classes import ClassText
from archc.backends.python.definitions import Definitions
from archc.backends.python.families import families
from archc.backends.python.initialise import Initialise
from archc.backends.python.layout import Line, docstring
from archc.backends.python.naming import Names, class_name, is_plain
from archc.backends.python.registry import Registry
from archc.backends.python.scopes import Scopes

if TYPE_CHECKING:
    from archc.backends.python.parts import Scope
    from archc.ir.graph import Network, Path


def emit(network: Network) -> str:
    """The source of a module with a class for each block, the network's own class last.

    The same network gives the same text. Names and values of the spec are written as checked
    identifiers and as literals, so that no spec can put code into it.
    """
    return emitted(network).source


class Emitted(Struct, frozen=True):
    """The source, its network's class, and the lines that compute a node without a module.

    `marks` gives the path of such a node, inside its class, by the number of the line.
    """

    source: str
    root: str
    marks: dict[int, Path]


def emitted(network: Network) -> Emitted:
    """The source with what the torch back end wants to know of it."""
    known = _KNOWN.get(network)
    if known is None:
        file = _File(network)
        lines = file.lines()
        marks = {number: line.mark for number, line in enumerate(lines, 1) if line.mark}
        source = "\n".join(line.text for line in lines) + "\n"
        known = _KNOWN[network] = Emitted(source, file.root_name, marks)
    return known


_KNOWN: WeakKeyDictionary[Network, Emitted] = WeakKeyDictionary()
"""What was emitted already: a network does not change, and verifying one needs its text again."""


class _File:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.registry = Registry()
        self.names = Names()
        self.root_name = ""
        self.check_name = self.names.claim("check_input")

    def lines(self) -> list[Line]:
        definitions = Definitions(self.names)
        root = Scopes(definitions).of(self.network.body)
        sections = definitions.sections()
        for family in families(root):
            for scopes in groups(family, self.registry.called):
                made = self._class(scopes, root)
                sections.append(made.lines())
        check = Check(self.network, self.check_name, made.arguments()).lines()
        sections.insert(len(sections) - 1, list(map(Line, check)))
        named = any("(NamedTuple)" in line.text for section in sections for line in section)
        found = list(map(Line, self._head(named=named)))
        for section in sections:
            found += [Line(""), Line(""), *section]
        return found

    def _class(self, scopes: list[Scope], root: Scope) -> ClassText:
        if scopes[0] is not root:
            wanted = scopes[0].name
            named = wanted if is_plain(wanted) and not scopes[0].unnamed else class_name(wanted)
            name = self.names.claim(named)
            return ClassText(name, scopes, self.registry, self.names, scopes[0].doc)
        doc = root.doc or self.network.description
        wanted = class_name(self.network.name)
        self.root_name = self.names.claim(wanted, f"{wanted}Network")
        made = ClassText(self.root_name, scopes, self.registry, self.names, doc)
        made.check = f"{self.check_name}({', '.join(made.arguments())})"
        initialise = Initialise(self.network, root, self.registry)
        made.ending = [*initialise.lines(), *initialise.ties()]
        return made

    def _head(self, *, named: bool) -> list[str]:
        lines = docstring(f"{self.network.name}, written by archc. Needs torch alone.", 0)
        if named:
            lines += ["", "from typing import NamedTuple"]
        return [*lines, "", "import torch", "from torch import Tensor, nn"]
