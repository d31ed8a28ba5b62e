"""Every record of archc is what the standard library's frozen, slotted data class would be."""

from __future__ import annotations

import copy
import inspect
import pickle
import pkgutil
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields, replace
from importlib import import_module
from typing import Any

import pytest

import archc
from archc import record as home
from archc.record import record


def all_records() -> list[type[Any]]:
    names = [m.name for m in pkgutil.walk_packages(archc.__path__, "archc.")]
    modules = [import_module(n) for n in names if "torch" not in n and "__main__" not in n]
    found = {made for m in modules for made in vars(m).values() if is_record(made)}
    return sorted(found, key=lambda made: (made.__module__, made.__qualname__))


def is_record(made: object) -> bool:
    return isinstance(made, type) and made.__setattr__ is home._refuse_to_set


def part_like(part: Field[Any]) -> Any:
    given = {"default": part.default, "default_factory": part.default_factory}
    known = {key: value for key, value in given.items() if value is not MISSING}
    return field(init=part.init, repr=part.repr, compare=part.compare, **known)


def twin(made: type[Any]) -> type[Any]:
    """The same declaration, by the standard library."""
    parts = fields(made)
    body: dict[str, Any] = {part.name: part_like(part) for part in parts}
    body |= {"__annotations__": {p.name: p.type for p in parts}, "__qualname__": made.__qualname__}
    kept = ("__post_init__", "__repr__")
    body |= {k: made.__dict__[k] for k in kept if k in made.__dict__ and not ours(made, k)}
    eq = made.__eq__ is not object.__eq__
    return dataclass(frozen=True, slots=True, eq=eq)(type(made.__name__, (), body))


def ours(made: type[Any], method: str) -> bool:
    return method == "__repr__" and hasattr(made.__repr__, "__wrapped__")


def values(made: type[Any], start: int = 0) -> dict[str, Any]:
    taken = [part.name for part in fields(made) if part.init]
    return {name: f"value {start + place}" for place, name in enumerate(taken)}


RECORDS = [made for made in all_records() if made.__name__ != "Define"]  # it judges its text


@pytest.mark.parametrize("made", RECORDS, ids=lambda made: made.__qualname__)
def test_a_record_is_what_dataclass_makes(made: type[Any]) -> None:
    other = twin(made)
    assert str(inspect.signature(made)) == str(inspect.signature(other))
    assert made.__match_args__ == other.__match_args__
    assert made.__slots__ == other.__slots__
    a, b = made(**values(made)), other(**values(made))
    assert repr(a) == repr(b)
    assert not hasattr(a, "__dict__")
    for name in (*values(made), "no such field"):
        told = [refusal(x, name) for x in (a, b)]
        assert told[0] == told[1]


@pytest.mark.parametrize("made", RECORDS, ids=lambda made: made.__qualname__)
def test_records_compare_as_dataclasses_do(made: type[Any]) -> None:
    other, given = twin(made), values(made)
    variants = [given, *({**given, name: "another"} for name in given)]
    ours, theirs = ([kind(**each) for each in variants] for kind in (made, other))
    again = [made(**given), other(**given)]
    assert [again[0] == x for x in ours] == [again[1] == x for x in theirs]
    if made.__hash__ is not object.__hash__:
        assert list(map(hash, ours)) == list(map(hash, theirs))
    assert ours[0] != theirs[0]


@pytest.mark.parametrize("made", RECORDS, ids=lambda made: made.__qualname__)
def test_records_are_copied_pickled_and_replaced(made: type[Any]) -> None:
    given = made(**values(made))
    for again in (copy.copy(given), copy.deepcopy(given), pickle.loads(pickle.dumps(given))):
        assert repr(again) == repr(given)
        assert type(again) is made
    for name in values(made):
        assert getattr(replace(given, **{name: "x"}), name) == "x"


def refusal(made: Any, name: str) -> list[str]:
    told = []
    for change in (lambda: setattr(made, name, 1), lambda: delattr(made, name)):
        with pytest.raises((FrozenInstanceError, TypeError, AttributeError)) as refused:
            change()
        told.append(type(refused.value).__name__)
    return told if name != "no such field" else []


def test_defaults_are_made_anew() -> None:
    @record
    class Basket:
        name: str = "mine"
        things: list[int] = field(default_factory=list[int])

    a, b = Basket(), Basket("yours", [1])
    assert (a.name, a.things, b.name, b.things) == ("mine", [], "yours", [1])
    assert a.things is not Basket().things


def test_most_of_archc_is_records() -> None:
    """The control: the tests above saw something, and the lookup can tell the two apart."""
    assert len(RECORDS) > 100

    @dataclass(frozen=True, slots=True)
    class Plain:
        x: int

    assert not is_record(Plain)
    assert is_record(twin) is False
