"""Weights from a file: names, shapes and types are compared before any of them is read."""

from __future__ import annotations

import os
import pickle
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from msgspec import Struct
from torch import Tensor, nn

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label, SpecError, did_you_mean

if TYPE_CHECKING:
    from archc.ir.graph import Network

SAFE = (".safetensors",)
MOST = 20
"""How many differences a report names."""


class Header(Struct, frozen=True):
    """A tensor in a file, before it is read. `kind` is `float`, `int`, `bool` or `complex`."""

    shape: tuple[int, ...]
    kind: str


def load_weights(
    model: nn.Module,
    network: Network,
    path: str | os.PathLike[str],
    *,
    allow_pickle: bool = False,
) -> None:
    """Load a `state_dict` from a safetensors file into the model, in the model's own precision.

    A pickled file is read only with `allow_pickle`, and then by torch's loader of weights alone,
    which runs no code. Raises `SpecError` with every name and shape that differs, and before
    anything in the model is changed.
    """
    file = Path(path)
    if not file.is_file():
        raise _error(network, f"the weights `{path}` cannot be read: there is no such file")
    if file.suffix in SAFE:
        _load_safetensors(model, network, file)
    elif allow_pickle:
        _load_pickle(model, network, file)
    else:
        raise _error(
            network,
            f"`{file.name}` is not a safetensors file, and pickles can run code",
            help="save it with `safetensors.torch.save_file`, or allow pickles (--allow-pickle)",
        )


def _load_safetensors(model: nn.Module, network: Network, file: Path) -> None:
    try:
        from safetensors import SafetensorError, safe_open
    except ModuleNotFoundError as error:
        text = "reading safetensors needs the package `safetensors`"
        raise _error(network, text, help="pip install safetensors") from error
    try:
        with safe_open(file, framework="pt") as opened:
            slices = {name: opened.get_slice(name) for name in opened.keys()}  # noqa: SIM118 - no dict
            headers = {
                name: Header(tuple(one.get_shape()), _kind_of_word(one.get_dtype()))
                for name, one in slices.items()
            }
            _compare(model, network, file, headers)
            _fill(model, {name: opened.get_tensor(name) for name in headers})
    except SafetensorError as error:
        raise _error(network, f"`{file.name}` is not a safetensors file: {error}") from error


def _load_pickle(model: nn.Module, network: Network, file: Path) -> None:
    try:
        with warnings.catch_warnings(action="ignore"):  # torch speaks of its own formats
            loaded = torch.load(file, map_location="cpu", weights_only=True, mmap=None)
    except pickle.UnpicklingError as error:  # torch's words are for who calls `torch.load`
        text = f"`{file.name}` cannot be read as weights: it holds more than tensors, or is damaged"
        help = "save the `state_dict` alone, best with `safetensors.torch.save_file`"
        raise _error(network, text, help=help) from error
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error) else type(error).__name__
        raise _error(network, f"`{file.name}` cannot be read as weights: {reason}") from error
    if isinstance(loaded, Mapping) and isinstance(loaded.get("state_dict"), Mapping):
        loaded = loaded["state_dict"]
    if not isinstance(loaded, Mapping) or not all(isinstance(t, Tensor) for t in loaded.values()):
        raise _error(network, f"`{file.name}` holds no `state_dict`")
    weights = {str(name): tensor for name, tensor in loaded.items()}
    headers = {name: Header(tuple(t.shape), _kind(t.dtype)) for name, t in weights.items()}
    _compare(model, network, file, headers)
    _fill(model, weights)


def _fill(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    model.load_state_dict(dict(weights), strict=False)


def _compare(model: nn.Module, network: Network, file: Path, given: Mapping[str, Header]) -> None:
    """Raise if the file and the model differ in any name, shape or kind of number."""
    wanted = model.state_dict()
    found = [
        f"`{name}` is {list(given[name].shape)} in the file and {list(tensor.shape)} here"
        for name, tensor in wanted.items()
        if name in given and given[name].shape != tuple(tensor.shape)
    ]
    found += [
        f"`{name}` holds {given[name].kind} numbers in the file and {_kind(tensor.dtype)} here"
        for name, tensor in wanted.items()
        if name in given and given[name].kind != _kind(tensor.dtype)
    ]
    missing = _missing(wanted, given, network)
    found += [f"`{name}` is not in the file" for name in missing]
    found += [
        f"`{name}` is in the file and not in the network" + _perhaps(name, missing)
        for name in given
        if name not in wanted
    ]
    if found:
        count = f"{len(found)} difference{'s' if len(found) > 1 else ''}"
        text = f"`{file.name}` does not fit `{network.name}`: {count}"
        raise _error(network, text, notes=found)


def _missing(
    wanted: Mapping[str, Tensor], given: Mapping[str, Header], network: Network
) -> list[str]:
    """What the file lacks, but for one of two tied tensors and the counters of old files."""
    tied = {a: b for pair in network.ties for a, b in (pair, pair[::-1])}
    return [
        name
        for name in wanted
        if name not in given
        and tied.get(name) not in given
        and not name.endswith("num_batches_tracked")
    ]


def _perhaps(name: str, missing: Iterable[str]) -> str:
    hint = did_you_mean(name, missing)
    return f" ({hint})" if hint else ""


def _kind(dtype: torch.dtype) -> str:
    if dtype.is_complex:
        return "complex"
    if dtype.is_floating_point:
        return "float"
    return "bool" if dtype == torch.bool else "int"


def _kind_of_word(word: str) -> str:
    """The kind of a safetensors type: `BF16`, `I64`, `BOOL`."""
    if word == "BOOL":
        return "bool"
    if word.startswith("C"):
        return "complex"
    return "float" if word.startswith(("F", "BF")) else "int"


def _error(
    network: Network, message: str, *, help: str = "", notes: Iterable[str] = ()
) -> SpecError:
    """An error with all that differs; the report names the first few."""
    differences = tuple(notes)
    found = Diagnostic(
        codes.WEIGHTS_DIFFER,
        message,
        Label(network.body.span),
        help=help,
        notes=differences,
    )
    lines = [f"error[{codes.WEIGHTS_DIFFER.id}]: {message}"]
    lines += [f"   = note: {difference}" for difference in differences[:MOST]]
    if len(differences) > MOST:
        lines.append(f"   = note: and {len(differences) - MOST} more")
    if help:
        lines.append(f"   = help: {help}")
    return SpecError("\n".join(lines), (found,))
