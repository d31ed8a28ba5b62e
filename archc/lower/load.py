"""From a spec to a network: the one way in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from archc.diag import codes
from archc.diag.diagnostic import did_you_mean
from archc.diag.source import Source, Span
from archc.ir.graph import Network, leaves_of
from archc.lower.body import BodyBuilder
from archc.lower.constraints import derive
from archc.lower.elaborate import finish, is_literal, root_layers
from archc.lower.initialise import bound_rules, check_tensors, file_rules, used_rules
from archc.lower.mentions import check_mentions
from archc.lower.ports import Port
from archc.lower.reported import check_sizes, doubts, reported_sizes
from archc.lower.run import LimitReached, Run
from archc.lower.scope import Scope
from archc.lower.settings import as_map, name_span
from archc.lower.signature import dims_of, inputs_of
from archc.lower.symbols import find_symbols
from archc.lower.ties import all_ties
from archc.lower.unit import Unit, load_unit
from archc.lower.unused import check_unused_blocks
from archc.spec import zoo
from archc.spec.document import is_empty, read, start_of
from archc.spec.keys import ExpectDocument
from archc.spec.report import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.diag.diagnostic import Diagnostic
    from archc.ir.draft import Draft
    from archc.lower.run import Elaborated


class Loaded(Struct, frozen=True):
    """What became of a spec: the network unless it has errors, what was found, what was read.

    `expect` is what the author states, with its scope; `archc.analysis` compares it with the facts,
    and so the network is there too where nothing but a key of `expect` is wrong.
    """

    network: Network | None
    diagnostics: tuple[Diagnostic, ...]
    sources: dict[str, Source] = field(default_factory=dict[str, Source])
    expect: ExpectDocument | None = None
    scope: Scope | None = None
    library: tuple[str, ...] = ()
    """The blocks of a file that holds nothing else, and so no network."""
    files: tuple[Path, ...] = ()
    """Every file that was opened or looked for."""
    built: BodyBuilder | None = None
    """The file's own body as far as it was built."""

    @property
    def draft(self) -> Draft | None:
        """What was built, right or wrong; None where the file could not be read so far."""
        from archc.lower.drafting import draft

        return draft(self.built) if self.built is not None else None


def load(
    spec: str | os.PathLike[str],
    settings: Mapping[str, object] | None = None,
    sizes: Mapping[str, int] | None = None,
    *,
    library: bool = False,
    texts: Mapping[Path, str] | None = None,
) -> Loaded:
    """Read a spec (a path, or a name from the zoo), bind `settings`, infer every shape.

    With `library` a file may hold blocks alone, which are checked. `texts` stand for what is in
    files, by their real path. Raises nothing for what a user wrote wrong: `diagnostics` hold it.
    """
    report = Report(texts)
    loaded = _load(spec, report, settings or {}, sizes or {}, library=library)
    return replace(loaded, files=tuple(report.files))


def _load(
    spec: str | os.PathLike[str],
    report: Report,
    settings: Mapping[str, object],
    sizes: Mapping[str, int],
    *,
    library: bool,
) -> Loaded:
    path = spec_path(spec, report)
    if path is None:
        return Loaded(None, report.sorted(), report.sources)
    unit = load_unit(path, Run(report), as_map(settings, report))
    if unit is None:
        return Loaded(None, report.sorted(), report.sources)
    if unit.library:
        return _library(unit, wanted=library)
    body = _body(unit)
    network = _network(unit, body, sizes)
    whole = not report.failed
    expect = _expect(unit, changed=bool(settings), resized=bool(sizes))
    compared = expect is not None and not settings and not sizes
    done = network if whole and (compared or not report.failed) else None
    return Loaded(done, report.sorted(), report.sources, expect, unit.scope, built=body)


def _library(unit: Unit, *, wanted: bool) -> Loaded:
    """A file of blocks: each is checked, and where a network was wanted that is an error."""
    report, blocks = unit.scope.report, unit.doc.blocks
    check_unused_blocks(unit)
    unit.scope.run.idle_nodes.warn(report)
    file_rules(unit.doc.init, unit.scope)
    if not wanted:
        text = "the file holds blocks for other files, and no network"
        help = "name it under `use` in a spec of your own, or add `input` and `layers`"
        report.error(codes.NO_LAYERS, text, unit.tree.keys["blocks"], help=help)
    names = tuple(blocks.items) if blocks is not None and not report.failed else ()
    return Loaded(None, report.sorted(), report.sources, library=names)


def _expect(unit: Unit, *, changed: bool, resized: bool) -> ExpectDocument | None:
    """What the author states, of the network as the file has it: not of one that was changed."""
    if unit.doc.expect is None:
        return None
    document = read(ExpectDocument, unit.doc.expect, unit.scope.report, "`expect`")
    if document is None or changed:
        return None
    return document.model_copy(update={"flops": None}) if resized else document


def spec_path(spec: str | os.PathLike[str], report: Report) -> Path | None:
    """The file that a path or a zoo name means."""
    text = os.fspath(spec)
    if text.endswith((".yaml", ".yml")) or isinstance(spec, os.PathLike):
        return Path(text)
    found = zoo.find(text)
    if found is None:
        report.error(
            codes.FILE_MISSING,
            f"the zoo has no `{text}`, and no file of that name ends in .yaml",
            Span(text, 1, 1, 1, 1),
            help=zoo.suggest(text) or "`archc list` shows the zoo",
        )
    return found


def _body(unit: Unit) -> BodyBuilder:
    """The file's own body, in which nothing is built yet."""
    unit.scope.symbols = find_symbols(unit)
    declared = inputs_of(unit)
    inputs, spans = [(d.name, d.type) for d in declared], [d.span for d in declared]
    bounds = tuple(d.bound for d in declared)
    name = unit.doc.name or unit.path.stem
    return BodyBuilder(name, inputs, spans[0], input_spans=spans, input_bounds=bounds)


def _network(unit: Unit, body: BodyBuilder, sizes: Mapping[str, int]) -> Network | None:
    report, scope = unit.scope.report, unit.scope
    dims = dims_of(unit)
    done = _elaborate(unit, body)
    init = file_rules(unit.doc.init, scope)
    if not scope.run.stopped:
        check_unused_blocks(unit)
    scope.run.idle_nodes.warn(report)
    if not report.failed:
        check_mentions(unit)
    if done is None or done.body is None or report.failed:
        return None
    _check_names(sizes, scope)
    if any(body.input_bounds):
        from archc.lower.looked_up import check_numbers

        check_numbers(done.body, body.input_bounds, report)
    rules = (*used_rules(done.body), *bound_rules(init, done.body))
    check_tensors(rules, ((leaf.op, leaf.ins) for leaf in leaves_of(done.body)), report)
    reported = reported_sizes(scope.symbols, dims, sizes, done.assumed)
    check_sizes((*done.assumed, *done.in_training), dims, reported, report, unit.tree.span)
    if not report.failed:
        doubts(done.assumed, report)
    values: dict[str, object] = {k: v for k, v in scope.values.items() if is_literal(v)}
    return Network(
        body.name,
        unit.doc.description,
        done.body,
        reported,
        derive(done.assumed, dims),
        rules,
        tuple(all_ties(done.body)),
        values,
        {bound.name: bound.size for bound in body.input_bounds if bound is not None},
    )


def _check_names(sizes: Mapping[str, int], scope: Scope) -> None:
    """Report sizes that are given for dimensions which the spec does not have."""
    for stranger in sorted(sizes.keys() - scope.symbols):
        known = ", ".join(sorted(scope.symbols)) or "none"
        text = f"the spec has no dimension `{stranger}`"
        help = did_you_mean(stranger, scope.symbols) or f"its dimensions are: {known}"
        if scope.has(stranger):
            help = f"it is a parameter: `--set {stranger}=...`"
        span = name_span("--size", stranger, sizes[stranger], scope.report)
        scope.report.error(codes.SET_UNKNOWN, text, span, help=help)


def _no_layers(unit: Unit) -> None:
    if "layers" in unit.lost:
        return
    text, help = "the spec has no layers", "add `layers:`, a list or a mapping of nodes"
    at = unit.tree.keys.get("layers", start_of(unit.tree))
    unit.scope.report.error(codes.NO_LAYERS, text, at, help=help)


def _elaborate(unit: Unit, body: BodyBuilder) -> Elaborated | None:
    ports = tuple(Port(name or "input") for name, _ in body.inputs)
    layers = root_layers(body, unit.scope, ports, (1,) * len(ports))
    if unit.doc.layers is None or is_empty(unit.doc.layers):
        _no_layers(unit)
        return None
    try:
        done = finish(layers, unit.doc.layers, unit.doc.outputs, ())
    except LimitReached:
        return None
    if done.body is not None and done.body.effects.overwrites:
        from archc.lower.overwritten import warn_of_inputs

        warn_of_inputs(done.body, body, unit.scope)
    if done.body is not None and unit.scope.run.in_parts:
        from archc.lower.in_parts import warn_of_parts

        warn_of_parts(done.body, unit.scope)
    return done
