"""archc from Python: check a spec, load it, look at it, build it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archc.analysis.expect import checked
from archc.diag.diagnostic import SpecError
from archc.diag.render import render
from archc.lower import load as lower_spec

if TYPE_CHECKING:
    import os
    from collections.abc import Container, Mapping
    from pathlib import Path
    from typing import Unpack

    import torch

    from archc.analysis.compare import Comparison
    from archc.analysis.summary import Summary
    from archc.diag.diagnostic import Diagnostic
    from archc.diag.source import Source
    from archc.ir.graph import Leaf, Network
    from archc.ir.types import TensorType
    from archc.lower import Loaded
    from archc.viz.options import Drawn

    Spec = str | os.PathLike[str]


@dataclass(frozen=True, eq=False, repr=False)
class Architecture:
    """A spec that was checked: every name resolved, every shape known."""

    network: Network
    sources: Mapping[str, Source]
    warnings: tuple[Diagnostic, ...] = ()

    def __repr__(self) -> str:
        """A line: `<Architecture resnet18: [N, 3, H, W] -> [N, 1000], 69 nodes>`."""
        body = self.network.body
        ins = ", ".join(map(str, self.inputs.values()))
        outs = ", ".join(str(body.type_of(out.ref)) for out in body.outputs if not out.training)
        return f"<Architecture {self.name}: {ins} -> {outs}, {len(self.nodes)} nodes>"

    @property
    def name(self) -> str:
        """The network's name."""
        return self.network.name

    @property
    def inputs(self) -> dict[str, TensorType]:
        """Each input's shape and element type; open sizes as expressions."""
        return {name or "input": type_ for name, type_ in self.network.body.inputs}

    @property
    def outputs(self) -> dict[str, TensorType]:
        """Each output's shape and element type, those of training included."""
        body = self.network.body
        return {out.name or "output": body.type_of(out.ref) for out in body.outputs}

    @property
    def nodes(self) -> tuple[Leaf, ...]:
        """Every op in its place, in execution order."""
        return tuple(self.network.leaves())

    @property
    def constraints(self) -> tuple[str, ...]:
        """What must hold for the input's sizes, as Python: `H % 16 == 0`."""
        return tuple(constraint.text for constraint in self.network.constraints)

    def summary(self, sizes: Mapping[str, int] | None = None) -> Summary:
        """What the network and each node of it cost, at the spec's `dims` changed by `sizes`.

        Raises `SpecError` for a name that is none of the input's symbols.
        """
        from archc.analysis.summary import summarise

        strangers = sizes.keys() - self.network.dims.keys() if sizes else set()
        if strangers:
            known = ", ".join(self.network.dims) or "none"
            raise SpecError(f"no dimension `{min(strangers)}`; the dimensions are: {known}", ())
        return summarise(self.network, sizes)

    def emit(self) -> str:
        """Python source of the network that needs torch alone."""
        from archc.backends.python import emit

        return emit(self.network)

    def dot(self, level: int = 1, **choices: Unpack[Drawn]) -> str:
        """The diagram in Graphviz's language; `level` 0 is an overview, 3 shows every op.

        `choices` are those of `archc.viz.options.Options`, for the other forms too: `direction`,
        `theme`, `fit`, `expand`, `around` and `hops`, `only`, `costs`.
        """
        from archc.viz import dot

        return dot(self.network, level=level, **choices)

    def svg(self, level: int = 1, **choices: Unpack[Drawn]) -> str:
        """The diagram as SVG."""
        from archc.viz import svg

        return svg(self.network, level=level, **choices)

    def html(self, level: int = 1) -> str:
        """A page with the diagram at every level, the costs and the spec's lines."""
        from archc.viz import html

        return html(self.network, level=level, sources=self.sources)

    def build(
        self,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        weights: str | os.PathLike[str] | None = None,
        compile: bool = False,  # noqa: A002 - the fixed name, torch's own
    ) -> torch.nn.Module:
        """The network as a `torch.nn.Module` on `device`, with `weights` from a safetensors file.

        `compile` compiles its `forward` with `torch.compile` when it is first called.
        """
        from archc.backends import torch as back_end

        model = back_end.build(self.network, device=device, dtype=dtype)
        if weights is not None:
            back_end.load_weights(model, self.network, weights)
        if compile:
            model.compile()
        return model

    def _repr_svg_(self) -> str:
        """The diagram, in a notebook."""
        return self.svg()

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """The diagram where it can be shown, and a line of text."""
        from archc.viz.notebook import bundle

        return bundle(self.svg, repr(self), include, exclude)


def read(
    spec: Spec,
    settings: Mapping[str, object] | None = None,
    sizes: Mapping[str, int] | None = None,
    *,
    library: bool = False,
    texts: Mapping[Path, str] | None = None,
) -> Loaded:
    """What became of a spec: its network or its errors. With `library` it may hold blocks alone.

    `expect` is compared with the facts where nothing was set from outside: it states them for the
    parameters and sizes in the file. `texts` stand for what is in files, by their real path: what
    an editor has not saved yet.
    """
    loaded = lower_spec(spec, settings, sizes, library=library, texts=texts)
    return loaded if settings or sizes else checked(loaded)


def check(spec: Spec, /, **params: object) -> tuple[Diagnostic, ...]:
    """Everything wrong with a spec: a path or a zoo name. Raises nothing for a bad one."""
    return read(spec, params, library=True).diagnostics


def load(spec: Spec, /, **params: object) -> Architecture:
    """The architecture that a spec describes, its `params` set by keyword.

    Raises `SpecError`, whose text is the full report, when the spec has errors.
    """
    loaded = read(spec, params)
    if loaded.network is None:
        raise SpecError(render(loaded.diagnostics, loaded.sources), loaded.diagnostics)
    return Architecture(loaded.network, loaded.sources, loaded.diagnostics)


def build(
    spec: Spec,
    /,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    weights: str | os.PathLike[str] | None = None,
    compile: bool = False,  # noqa: A002 - the fixed name, torch's own
    **params: Any,
) -> torch.nn.Module:
    """`load` and `Architecture.build` in one."""
    arch = load(spec, **params)
    return arch.build(device, dtype, weights=weights, compile=compile)


def diff(a: Spec | Architecture, b: Spec | Architecture, /) -> Comparison:
    """What changed from `a` to `b`: nodes, shapes, costs, and which weights carry over.

    Raises `SpecError` when one of them is a spec with errors.
    """
    from archc.analysis.compare import compare

    first, second = (x if isinstance(x, Architecture) else load(x) for x in (a, b))
    return compare(first.network, second.network)


def list_specs() -> tuple[str, ...]:
    """The names of the zoo's networks, sorted."""
    from archc.spec.zoo import names

    return names()
