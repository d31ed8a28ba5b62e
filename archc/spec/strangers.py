"""Keys that a mapping does not have: those that belong elsewhere are told as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label, nearest
from archc.diag.misspelt import guess
from archc.spec.tree import Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archc.spec.report import Report
    from archc.spec.tree import Tree

_ELSEWHERE = {
    "its entries belong at the top of the file": (
        "model network net architecture arch spec graph module root config cfg"
    ),
    "did you mean `extends`?": "_base_ base defaults inherits inherit parent from template",
    "did you mean `use`?": "import imports include includes uses require requires",
    "did you mean `params`?": "hyperparameters hparams variables vars args arguments constants",
    "did you mean `input`?": "input_shape input_size shape in image_size x",
    "did you mean `outputs`?": "out returns return",
    "did you mean `blocks`?": "classes definitions defs functions",
    "training is no part of a spec, which describes the network": (
        "loss losses criterion optimizer optimiser lr learning_rate scheduler epochs batch_size"
        " training freeze frozen weight_decay metrics augmentation dataset"
    ),
    "weights are loaded when the network is built: `archc build SPEC --weights FILE`": (
        "pretrained weights checkpoint load_from init_cfg pretrained_weights"
    ),
    "where and how it runs is said when it is built: `archc build --device`": (
        "device dtype precision amp compile"
    ),
    "null removes a node of the base: `layers: {name: null}`": "remove delete drop removed without",
}
_HELP = {word: help for help, words in _ELSEWHERE.items() for word in words.split()}
"""Where the entries of other tools' files belong."""

SHAPE_WORDS = frozenset({"size", "sizes", "dims", "dimensions", "input_shape", "input_size"})
"""What else the shape of an input is called."""


def report_strangers(
    report: Report,
    tree: Map,
    strangers: Sequence[str],
    what: str,
    known: Sequence[str],
    missing: Sequence[str],
) -> None:
    """Report the keys of a document that it does not have: those that have one help as one."""
    told: dict[str, list[str]] = {}
    for key in strangers:
        if nearest(key, known):
            unknown_key(report, tree, key, what, known)
        else:
            help = "did you mean `shape`?" if "shape" in missing and key in SHAPE_WORDS else ""
            help = help or ("" if missing else _of_part(key, known))
            help = help or _elsewhere(key, tree.items[key], known) or _keys(known, missing)
            told.setdefault(help, []).append(key)
    for help, keys in told.items():
        _report(report, tree, keys, what, help)


def _report(report: Report, tree: Map, keys: list[str], what: str, help: str) -> None:
    first, *others = keys
    also = tuple(Label(tree.keys[key], "nor this one") for key in others)
    text = f"{what} has no key `{first}`"
    report.error(codes.UNKNOWN_KEY, text, tree.keys[first], also=also, help=help)


def unknown_key(report: Report, tree: Map, key: str, what: str, known: Iterable[str]) -> None:
    """Report a key that the language does not have here, with the one that is meant."""
    known, at = tuple(known), tree.keys[key]
    listed = f"the keys are {', '.join(f'`{k}`' for k in known)}"
    help, fix = guess(at, key, known, listed, taken=tree.keys)
    report.error(codes.UNKNOWN_KEY, f"{what} has no key `{key}`", at, help=help, fix=fix)


def _keys(known: Sequence[str], missing: Sequence[str]) -> str:
    must = f"; `{missing[0]}` must be given" if missing else ""
    return f"the keys are {', '.join(f'`{k}`' for k in known)}{must}"


def _of_part(key: str, known: Sequence[str]) -> str:
    """What is meant by a key that a used file, or an input, does not have."""
    if "file" in known and "params" in known:
        return f"what the file is given stands under `params`: `params: {{{key}: ...}}`"
    if "below" in known and key.casefold() in {"vocab", "vocab_size", "max", "high", "classes"}:
        return "did you mean `below`?"
    return ""


def _elsewhere(key: str, value: Tree, known: Sequence[str]) -> str:
    """Where a key of a file or block belongs, going by its name and by what stands under it."""
    if "layers" not in known:
        return ""
    help = _HELP.get(key.casefold(), "") if "extends" in known else ""
    node = isinstance(value, Map) and "op" in value.items
    if help and not node and (isinstance(value, Map) or not help.startswith("its entries")):
        return help
    if not isinstance(value, Scalar):
        return "nodes stand under `layers`"
    if isinstance(value.value, str) and value.value[:1].isupper():
        return "nodes stand under `layers`"
    return "parameters stand under `params`" if isinstance(value.value, int | float) else ""
