"""Warnings where an in-place op overwrites what is read later on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.ir.graph import Body, Ref
from archc.ir.op import IN_PLACE
from archc.lower.dropping import argument, dropped
from archc.lower.origins import dotted, node_of
from archc.spec.tree import Map

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archc.diag.codes import Code
    from archc.diag.source import Span
    from archc.ir.storage import Culprit
    from archc.lower.body import BodyBuilder
    from archc.lower.in_place import Clash
    from archc.lower.scope import Scope
    from archc.spec.tree import Tree


def warn_of(
    clashes: Iterable[Clash], body: Body, builder: BodyBuilder, scope: Scope, outputs: Tree | None
) -> None:
    """Tell what is overwritten, and what still reads it. `outputs` is as the spec has them."""
    teller = _Teller(body, builder, scope, outputs)
    for clash in clashes:
        teller.warn(clash)


def warn_of_inputs(body: Body, builder: BodyBuilder, scope: Scope) -> None:
    """Warn where an input of the whole network is overwritten: it belongs to the caller."""
    teller = _Teller(body, builder, scope, None)
    for over in body.effects.overwrites:
        teller.warn_of_input(over.culprit, Ref(-1, over.port))


class _Teller:
    """Tells clashes at the places that the builder of a body knows."""

    def __init__(
        self, body: Body, builder: BodyBuilder, scope: Scope, outputs: Tree | None
    ) -> None:
        self.body, self.builder, self.scope, self.outputs = body, builder, scope, outputs

    def warn(self, clash: Clash) -> None:
        """Name what is overwritten, and what reads it."""
        over, at = self._node(clash.over)
        stale, other = self._node(clash.stale)
        gives = "gives what is overwritten" if clash.over.item >= 0 else "comes in here"
        labels = [Label(at, f"`{over}` {gives}")]
        lost = f"`{over}`"
        if self.body.source(clash.stale) != self.body.source(clash.over):
            labels.append(Label(other, f"`{stale}` is in the same memory"))
            lost += f" and with it `{stale}`"
        text, label = self._reader(clash)
        labels += [label] if label is not None else []
        place = label.span if label is not None else at
        instead = clash.reader is not None and not clash.culprit.uses
        self._add(f"{lost}, {text}", clash.culprit, place, labels, instead=instead)

    def warn_of_input(self, culprit: Culprit, ref: Ref) -> None:
        """Name the input."""
        name, at = self._node(ref)
        label = Label(at, "whoever runs the network finds it changed")
        self._add(f"`{name}`, an input of the network", culprit, at, [label])

    def _add(
        self,
        lost: str,
        culprit: Culprit,
        place: Span,
        labels: list[Label],
        *,
        instead: bool = False,
    ) -> None:
        scope = self.scope
        scope.run.overwriting.add(culprit.span)
        report_overwrite(
            codes.OVERWRITTEN, lost, culprit, place, labels, scope=scope, instead=instead
        )

    def _reader(self, clash: Clash) -> tuple[str, Label | None]:
        """What still reads the value, in words and with its place."""
        if clash.reader is None:
            return "which is kept from call to call", None
        if clash.reader < len(self.body.items):
            item = self.body.items[clash.reader]
            name = ".".join(item.path)
            return f"which `{name}` reads afterwards", Label(item.span, f"`{name}` reads it here")
        out = self.body.outputs[clash.reader - len(self.body.items)]
        if isinstance(self.outputs, Map) and out.name in self.outputs.keys:
            return "which is an output", Label(self.outputs.keys[out.name], "this output reads it")
        return "which is an output", Label(self._node(out.ref)[1], "this output reads it")

    def _node(self, ref: Ref) -> tuple[str, Span]:
        """A value's name, and where the node stands that gives it."""
        if ref.item < 0:
            return node_of(ref, self.builder)
        item = self.body.items[ref.item]
        what = item.applied
        names: tuple[str, ...] = ()
        if len(item.outputs) > 1:
            own = tuple(out.name for out in what.outputs) if isinstance(what, Body) else ()
            names = own or getattr(what, "output_names", ()) or tuple(map(str, range(ref.port + 1)))
        return ".".join((*item.path, *names[ref.port : ref.port + 1])), item.span


def report_overwrite(  # noqa: PLR0913 - the parts of a finding, each with its default
    code: Code,
    lost: str,
    culprit: Culprit,
    place: Span,
    labels: list[Label],
    *,
    scope: Scope,
    instead: bool = False,
) -> None:
    """Point to the argument, or in another file than that of `place` to what reads."""
    path = ".".join(culprit.path)
    written = culprit.written or culprit.span
    own = written.file == place.file
    shown = argument(written, scope.report)
    primary = shown if own else place
    labels += [] if own else [Label(shown, f"`{path}` overwrites its input")]
    labels += _way(culprit, shown)
    first = {label.span: label for label in reversed(labels) if label.span != primary}
    help = f"drop `{IN_PLACE}: true`" + (f", or read `{path}` instead" if instead else "")
    scope.report.add(
        Diagnostic(
            code,
            f"`{path}` overwrites {lost}",
            Label(primary),
            tuple(reversed(first.values())),
            help,
            scope.notes(),
            dropped(written, scope.report) if own else None,
            dotted(scope, culprit.path),
        )
    )


def _way(culprit: Culprit, shown: Span) -> Iterator[Label]:
    """The node itself, where it is on another line, and the blocks that lead to it."""
    if culprit.span.line != shown.line or culprit.span.file != shown.file:
        yield Label(culprit.span, f"`{culprit.path[-1]}` is here")
    for use in culprit.uses:
        yield Label(use, "used here")
