"""`extends`: one file's mapping laid over another's, values keeping the places they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from archc.diag import codes
from archc.diag.misspelt import guess
from archc.spec.keys import PLACES, RESERVED
from archc.spec.not_there import check_name, check_there, is_change, is_null, missing, not_in_list
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from archc.spec.report import Report
    from archc.spec.tree import Tree

NOT_INHERITED = frozenset({"name", "description", "expect", "extends", "archc"})
BY_KEY = frozenset({"let", "dims", "use", "init", "outputs"})
REPLACED = {"input": ("input", "inputs"), "inputs": ("input", "inputs")}


def extend(base: Map, child: Map, report: Report) -> Map:
    """The file that `child` makes of `base`."""
    kept = {k: v for k, v in base.items.items() if k not in NOT_INHERITED}
    result = Map(kept, {k: base.keys[k] for k in kept}, child.span)
    for key, value in child.items.items():
        result = _lay(result, key, value, child, report)
    return result


def _lay(result: Map, key: str, value: Tree, child: Map, report: Report) -> Map:
    old = result.items.get(key)
    if key in {"blocks", "layers"} and old is not None:
        value = merge_nodes(old, value, report)
    elif key in BY_KEY and isinstance(value, Map) and (old is None or isinstance(old, Map)):
        value = _by_key(old or Map({}, {}, value.span), value, report, f"the base's `{key}`")
        if not value.items:
            return _without(result, key)
    elif key == "params" and isinstance(old, Map) and isinstance(value, Map):
        value = _params(old, value)
    for gone in REPLACED.get(key, ()):
        result = _without(result, gone)
    return _with(result, key, value, child)


def _with(target: Map, key: str, value: Tree, source: Map) -> Map:
    return Map({**target.items, key: value}, {**target.keys, key: source.keys[key]}, target.span)


def _without(target: Map, key: str) -> Map:
    items = {k: v for k, v in target.items.items() if k != key}
    return Map(items, {k: target.keys[k] for k in items}, target.span)


def _by_key(old: Map, new: Map, report: Report, where: str) -> Map:
    result = old
    for key, value in new.items.items():
        if is_null(value):
            check_there(key, new, old, report, where)
            result = _without(result, key)
        else:
            result = _with(result, key, value, new)
    return result


def _params(old: Map, new: Map) -> Map:
    """Set defaults by name; a declaration that has a type keeps it."""
    result = old
    for key, value in new.items.items():
        was = old.items.get(key)
        result = _with(result, key, value, new)
        if _declares(value):
            continue
        if isinstance(was, Scalar) and _type_of(was, value):
            kind = Scalar(_type_of(was, value), was.span)
            was = Map({"type": kind}, {"type": old.keys[key]}, was.span)
        if isinstance(was, Map) and _declares(was):
            place = Map({}, {"default": new.keys[key]}, new.span)
            result.items[key] = _with(was, "default", value, place)
            result.keys[key] = old.keys[key]
    return result


def _type_of(default: Scalar, value: Tree) -> str:
    """The type that a default gives a parameter, where another value could give another."""
    if isinstance(value, Scalar) and type(value.value) is type(default.value):
        return ""
    names = {bool: "bool", int: "int", float: "float"}
    return names.get(type(default.value), "")


def _declares(tree: Tree | None) -> bool:
    return isinstance(tree, Map) and "type" in tree.items


def merge_nodes(old: Tree, new: Tree, report: Report) -> Tree:
    """Lay `blocks` or `layers` over those of the base: replace, merge, remove, place."""
    if isinstance(old, List) and isinstance(new, Map):
        return _merge_list(old, new, report)
    if not isinstance(old, Map) or not isinstance(new, Map):
        return new
    result = old
    for key, value in new.items.items():
        result = _merge_entry(result, key, value, new, report)
    return result


def _merge_entry(result: Map, key: str, value: Tree, new: Map, report: Report) -> Map:
    old = result.items.get(key)
    if is_null(value):
        if old is None:
            missing(key, new, result.items, report)
        else:
            report.removed.setdefault(key, new.keys[key])
        return _without(result, key)
    if old is None:
        return _insert(result, key, value, new, report)
    return _with(result, key, merge_node(old, value, report, f"the base's `{key}`"), new)


def merge_node(old: Tree, new: Tree, report: Report, where: str) -> Tree:
    """One node over another: an op's mapping, a list and a bare name replace; others merge."""
    if not isinstance(new, Map) or "op" in new.items:
        return new
    if not isinstance(old, Map):
        old = _long_form(old)
    if "op" in old.items:
        return _by_argument(old, new, report, where)
    return _into_group(old, new, report, where)


def _long_form(tree: Tree) -> Map:
    key = "layers" if isinstance(tree, List) else "op"
    return Map({key: tree}, {key: tree.span}, tree.span)


def _by_argument(old: Map, new: Map, report: Report, where: str) -> Map:
    """Null removes a reserved key; for an argument it is a value."""
    result = old
    for key, value in new.items.items():
        if is_null(value) and key in RESERVED:
            check_there(key, new, old, report, where)
            result = _without(result, key)
        else:
            result = _with(result, key, value, new)
    return result


def _into_group(old: Map, new: Map, report: Report, where: str) -> Map:
    """Reserved keys are the group's own, all else goes into its layers."""
    group = old if "layers" in old.items else Map({"layers": old}, {"layers": old.span}, old.span)
    inside = {k: v for k, v in new.items.items() if k not in RESERVED}
    for key, value in new.items.items():
        if key == "layers":
            merged = merge_nodes(group.items["layers"], value, report)
            group = _with(group, key, merged, new)
        elif key in RESERVED - PLACES and is_null(value):
            check_there(key, new, group, report, where)
            group = _without(group, key)
        elif key in RESERVED - PLACES:
            group = _set(group, key, value, new, report)
    if not inside:
        return group
    added = Map(inside, {k: new.keys[k] for k in inside}, new.span)
    merged = merge_nodes(group.items["layers"], added, report)
    return _with(group, "layers", merged, Map({}, {"layers": new.span}, new.span))


def _set(group: Map, key: str, value: Tree, new: Map, report: Report) -> Map:
    old = group.items.get(key)
    if key == "params" and isinstance(old, Map) and isinstance(value, Map):
        value = _params(old, value)
    elif key in {"let", "init"} and isinstance(old, Map) and isinstance(value, Map):
        value = _by_key(old, value, report, f"the base's `{key}`")
    return _with(group, key, value, new)


def _merge_list(old: List, new: Map, report: Report) -> Tree:
    """Integer keys are positions as the base wrote them."""
    entries: dict[str, Tree | None] = {str(i): t for i, t in enumerate(old.items)}
    for key, value in new.items.items():
        if key not in entries:
            not_in_list(key, new, old, report)
        elif is_null(value):
            entries[key] = None
        else:
            was = entries[key]
            where = f"item `{key}` of the base"
            entries[key] = value if was is None else merge_node(was, value, report, where)
    return replace(old, items=tuple(t for t in entries.values() if t is not None))


def _insert(result: Map, key: str, value: Tree, new: Map, report: Report) -> Map:
    """A new node goes last, or where `after` or `before` says."""
    if is_change(value):
        missing(key, new, result.items, report)
        return result
    places = [p for p in sorted(PLACES) if isinstance(value, Map) and p in value.items]
    place = next(iter(places), None)
    if place is None or not isinstance(value, Map):
        check_name(key, new, result, report)
        return _with(result, key, value, new)
    if len(places) > 1:
        text = f"`{key}` goes `after` a node or `before` one, not both"
        report.error(codes.CONFLICTING_KEYS, text, value.keys["before"], help="drop one of them")
        value = _without(value, "before")
    anchor = value.items[place]
    name = str(anchor.value) if isinstance(anchor, Scalar) else ""
    value = _without(value, place)
    if name not in result.items:
        listed = f"the base has {', '.join(f'`{k}`' for k in list(result.items)[:12])}"
        help, fix = guess(anchor.span, name, result.items, listed, own=True)
        text = f"there is no `{name}` to put `{key}` {place}"
        report.error(codes.BAD_PLACE, text, anchor.span, help=help, fix=fix)
        return _with(result, key, value, new)
    return _insert_at(_with(result, key, value, new), key, name, after=place == "after")


def _insert_at(result: Map, key: str, anchor: str, *, after: bool) -> Map:
    order = [k for k in result.items if k != key]
    order.insert(order.index(anchor) + (1 if after else 0), key)
    return Map({k: result.items[k] for k in order}, {k: result.keys[k] for k in order}, result.span)
