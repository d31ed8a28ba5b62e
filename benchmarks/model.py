"""ResNet-50 in one process, against torchvision's: costs, construction, forward, training."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from timing import SPEC, Result, compare, here


def results(rounds: int) -> Iterator[Result]:
    """From YAML to costs, to a module, and the module at work."""
    import torch

    torch.set_num_threads(1)
    yield costs(rounds)
    yield constructor(rounds)
    yield eager(rounds, training=False)
    yield eager(rounds, training=True)


def costs(rounds: int) -> Result:
    """From YAML to parameters and FLOPs, against building and running on the meta device."""
    import torch
    from torchvision import models

    from archc.analysis.costs import measure
    from archc.lower import load

    def to_costs() -> None:
        network = load(SPEC).network
        assert network is not None
        assert measure(network).flops == 8_178_368_512

    def on_meta() -> None:
        with torch.device("meta"):
            models.resnet50()(torch.empty(1, 3, 224, 224))

    times = compare(here(to_costs), here(on_meta), rounds)
    return Result("YAML to costs : torchvision on meta", *times, limit=0.1, ceiling=0.010)


def constructor(rounds: int) -> Result:
    """Building the module, initial weights included."""
    from torchvision import models

    import archc

    arch = archc.load(SPEC)
    times = compare(here(arch.build), here(models.resnet50), rounds)
    return Result("arch.build() : torchvision's constructor", *times, limit=1.1)


def eager(rounds: int, *, training: bool) -> Result:
    """A forward pass, or a whole training step, on images small enough for overhead to show."""
    import torch
    from torchvision import models

    import archc

    x = torch.randn(2, 3, 64, 64)

    def step(model: torch.nn.Module) -> Callable[[], object]:
        model.train(training)
        if not training:
            return torch.no_grad()(lambda: model(x))
        optimiser = torch.optim.SGD(model.parameters(), lr=1e-9)

        def work() -> None:
            optimiser.zero_grad()
            model(x).sum().backward()
            optimiser.step()

        return work

    ours, theirs = here(step(archc.build(SPEC))), here(step(models.resnet50()))
    name = "training step" if training else "forward"
    return Result(f"{name} : torchvision's", *compare(ours, theirs, rounds), limit=1.02)
