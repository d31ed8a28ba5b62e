"""Specs made to cost more than they are worth: each is refused, with one diagnostic, and soon.

A bomb is a name, the text of the spec, and other files beside it. Most are a valid spec but for
what they do to memory, to time, or to a reader's trust.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

INPUT = "input: [N, 3, H, W]\n"
Files = dict[str, str | bytes]
Bomb = tuple[str, str | bytes, Files]


def spec(layers: str, *more: str) -> str:
    """A spec with one image as input."""
    return "".join(f"{line}\n" for line in (INPUT.rstrip(), *more, f"layers: {layers}"))


def rows(form: Callable[[int], str], count: int, start: int = 0, join: str = ", ") -> str:
    """Many of a kind."""
    return join.join(form(k) for k in range(start, count))


def copies() -> Iterator[Bomb]:
    """More nodes than anyone has memory for."""
    deep = "{d: ReLU}"
    for name in "cba":
        deep = f"{{{name}: {{repeat: 1000, layers: {deep}}}}}"
    nothing = "{a: {repeat: 1000, layers: {b: {repeat: 1000, layers: {c: {op: ReLU, %s}}}}}}"
    yield "repeat of 10^9", spec("{a: {op: ReLU, repeat: 1000000000}}"), {}
    yield "repeat of 10^9 in parallel", spec("{a: {op: ReLU, repeat: 10**9, parallel: true}}"), {}
    yield "repeat of 10^9 shared", spec("{a: {op: ReLU, repeat: 10**9, shared: true}}"), {}
    yield "repeat of 10^3 in three repeats", spec(deep), {}
    yield "repeats of nothing", spec(nothing % "repeat: 0"), {}
    yield "repeats of false conditions", spec(nothing % "when: 'False'"), {}
    flat = "[{repeat: 1000, inline: true, layers: [{repeat: 1000, inline: true, layers: [ReLU]}]}]"
    yield "inline repeats", spec(flat), {}
    yield "a loop over too long a list", spec("{a: {op: ReLU, for: {x: range(100000)}}}"), {}
    yield "template keys", spec("{'a{i}_{i}': {op: ReLU, repeat: 1000000}}"), {}
    many = rows(lambda k: f"B{k}: {{layers: {{x: {{op: B{k + 1}, repeat: 1000}}}}}}", 6)
    yield "repeats in blocks", spec("{a: B0}", f"blocks: {{{many}, B6: [ReLU]}}"), {}
    two = rows(lambda k: f"B{k}: {{layers: {{x: B{k + 1}, y: B{k + 1}}}}}", 38)
    yield "blocks that double", spec("{a: B0}", f"blocks: {{{two}, B38: [ReLU]}}"), {}
    width = "params: {w: int}"
    two = rows(
        lambda k: (
            f"B{k}: {{{width}, layers: {{x: {{op: B{k + 1}, w: 2 * w}},"
            f" y: {{op: B{k + 1}, w: 2 * w + 1}}}}}}"
        ),
        38,
    )
    last = f"B38: {{{width}, layers: {{r: {{op: ReLU, repeat: w * 0 + 1}}}}}}"
    yield (
        "blocks that double and differ",
        spec("{a: {op: B0, w: 1}}", f"blocks: {{{two}, {last}}}"),
        {},
    )


def size() -> Iterator[Bomb]:
    """Files that are large in some way."""
    yield "a million nodes", spec("{" + rows(lambda k: f"n{k}: ReLU", 1_000_000) + "}"), {}
    yield "a million in a list", spec("[" + "ReLU, " * 1_000_000 + "]"), {}
    yield "17 MiB", INPUT + "#" * (17 * 2**20), {}
    yield "a name of 15 MiB", spec("{a: " + "x" * (15 * 2**20) + "}"), {}
    yield "a key of 15 MiB", spec("{'" + "x" * (15 * 2**20) + "': ReLU}"), {}
    yield "15 million lines", INPUT + "\n" * (15 * 2**20) + "layers: {a: Gone}\n", {}
    yield "many unknown keys", INPUT + rows(lambda k: f"k{k}: 1", 99_999, join="\n"), {}
    yield "one key many times", spec("{" + "a: ReLU, " * 100_000 + "}"), {}
    yield (
        "many parameters",
        spec("{a: Gone}", "params: {" + rows(lambda k: f"p{k}: {k}", 50_000) + "}"),
        {},
    )
    yield (
        "a long list as a loop",
        spec("{a: {op: ReLU, for: {x: p}}}", "params: {p: [" + "1, " * 99_999 + "1]}"),
        {},
    )
    yield "an input of 100,000 dimensions", f"input: [{'1, ' * 99_999}1]\nlayers: {{a: Gone}}\n", {}
    yield "100,000 inputs", spec("{a: {op: Add, from: [" + "input, " * 100_000 + "input]}}"), {}
    yield (
        "inputs of inputs",
        spec(
            "{a: {op: ReLU, repeat: 5000, parallel: true},"
            " b: {repeat: 999, parallel: true, from: input, layers: [{op: Add, from: [a.*]}]}}"
        ),
        {},
    )
    yield "many documents", "---\na: 1\n" * 100_000, {}


def depth() -> Iterator[Bomb]:
    """Everything that opens, 100,000 times."""
    for opening in ("[", "{", "{a: ", "- ", "? ", "[{a: "):
        lead = "" if opening in "- ? " else f"{INPUT}layers: "
        yield f"depth of `{opening}`", lead + opening * 100_000, {}
    yield "depth of brackets that match", spec("[" * 100_000 + "]" * 100_000), {}
    yield "brackets that only close", spec("]" * 100_000), {}
    yield "depth of blocks", rows(lambda k: " " * k + "a:", 4000, join="\n"), {}
    for text in (
        "(" * 240 + "1" + ")" * 240,
        "-" * 490 + "1",
        "not " * 120 + "1",
        "9**" * 160 + "9",
    ):
        yield f"depth of `{text[:4]}`", spec(f"{{a: {{op: ReLU, repeat: '{text}'}}}}"), {}
    yield "depth of a long expression", spec("{a: {op: ReLU, repeat: '" + "(" * 60_000 + "'}}"), {}
    path = "a.(" * 160 + "0" + ")" * 160
    yield "depth of a path", spec(f"{{a: ReLU, b: {{op: Add, from: [a, {path}]}}}}"), {}
    yield (
        "a chain of presets",
        spec(
            "{x: B0}",
            "blocks: {" + rows(lambda k: f"B{k}: {{op: B{k + 1}}}", 5000) + ", B5000: ReLU}",
        ),
        {},
    )
    yield (
        "a chain of blocks",
        spec(
            "{x: B0}", "blocks: {" + rows(lambda k: f"B{k}: [B{k + 1}]", 5000) + ", B5000: [ReLU]}"
        ),
        {},
    )


def aliases() -> Iterator[Bomb]:
    """Aliases that stand for more and more."""
    tens = rows(lambda k: f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]", 10, 1, join="\n")
    yield "aliases of lists", f"a0: &a0 [x, x]\n{tens}\n", {}
    twos = rows(lambda k: f"a{k}: &a{k} {{p: *a{k - 1}, q: *a{k - 1}}}", 63, 1, join="\n")
    yield "aliases of mappings", f"a0: &a0 {{x: 1}}\n{twos}\n", {}
    twos = rows(lambda k: f"a{k}: &a{k} {{<<: [*a{k - 1}, *a{k - 1}]}}", 23, 1, join="\n")
    yield "merge keys", f"a0: &a0 {{x: 1}}\n{twos}\n", {}
    yield "an alias of itself", spec("&a {b: *a}"), {}


def files() -> Iterator[Bomb]:
    """Files that lead to files."""
    end = spec("{a: ReLU}")

    def use(name: str) -> str:
        return spec("{a: s}", f"use: {{s: {name}}}")

    yield "extends itself", "extends: spec.yaml\n", {}
    circle: Files = {"a.yaml": "extends: b.yaml\n", "b.yaml": "extends: a.yaml\n"}
    yield "extends in a circle", "extends: a.yaml\n", circle
    thousand: Files = {f"f{k}.yaml": f"extends: f{k + 1}.yaml\n" for k in range(1, 1000)}
    yield "a chain of extends", "extends: f1.yaml\n", {**thousand, "f1000.yaml": end}
    yield "uses itself", use("spec.yaml"), {}
    yield "uses in a circle", use("a.yaml"), {"a.yaml": use("b.yaml"), "b.yaml": use("a.yaml")}
    thousand = {f"f{k}.yaml": use(f"f{k + 1}.yaml") for k in range(1, 1000)}
    yield "a chain of uses", use("f1.yaml"), {**thousand, "f1000.yaml": end}

    def two(k: int, given: str = "") -> str:
        nodes = f"{{a: {{op: p{given}}}, b: {{op: q{given}}}}}"
        return spec(nodes, "params: {w: 1}", f"use: {{p: f{k}.yaml, q: f{k}.yaml}}")

    both: Files = {f"f{k}.yaml": two(k + 1) for k in range(1, 30)}
    yield "uses that double", two(1), {**both, "f30.yaml": spec("{a: ReLU}", "params: {w: 1}")}
    both = {f"f{k}.yaml": two(k + 1, ", w: 2 * w") for k in range(1, 30)}
    last = spec("{a: {op: ReLU, repeat: w}}", "params: {w: 1}")
    yield "uses that double and differ", two(1, ", w: 2 * w"), {**both, "f30.yaml": last}


def work() -> Iterator[Bomb]:
    """Expressions that take long."""
    heavy = "sum([sum(range(400)) for x in range(390)])"
    for text in (
        "9**9**9",
        "10**30",
        "1 + " + "9" * 400,
        "len([0] * 1000000000)",
        "len(range(1000000000))",
        "sum([sum([z for z in range(9999)]) for y in range(9999)])",
        "len([range(9999) for x in range(9999)])",
        "'%1000000000d' % 1",
        "len('a' * 1000000000)",
        "linspace(0, 1, 10**9)",
        "().__class__",
        "__import__(1)",
    ):
        yield f"`{text[:20]}`", spec(f'{{a: {{op: ReLU, repeat: "{text}"}}}}'), {}
    for key in ("op: ReLU, when: %s == 0", "op: Dropout, p: %s * 0"):
        node = key % f"'{heavy}'" if "==" not in key else f"op: ReLU, when: '{heavy} == 0'"
        node = node.replace("' * 0", " * 0'")
        yield f"long in each copy: {key[4:8]}", spec(f"{{a: {{{node}, repeat: 9000}}}}"), {}
    lets = "let: {" + rows(lambda k: f"l{k}: '{heavy}'", 2000) + "}"
    nodes = "{" + rows(lambda k: f"a{k}: {{op: Dropout, p: l{k} * 0}}", 2000) + "}"
    yield "long in each of many", spec(nodes, lets), {}
    written = "params: {xs: [" + rows(lambda _: "'1 + 1'", 9000) + "]}"
    yield (
        "a written list in each copy",
        spec("{a: {op: Dropout, repeat: 9000, p: 'sum(xs) * 0'}}", written),
        {},
    )
    twos = "let: {l0: '[1, 2]', " + rows(lambda k: f"l{k}: '[l{k - 1}, l{k - 1}]'", 60, 1) + "}"
    yield "lists that double", spec("{a: {op: ReLU, repeat: len(l59)}}", twos), {}
    double = rows(lambda k: f"c{k + 1}: {{op: Concat, from: [c{k}, c{k}]}}", 90)
    yield "channels that double", spec(f"{{c0: ReLU, {double}}}"), {}
    pads = rows(lambda k: f"p{k}: {{op: Pad, pad: [H // {k + 2}, W // {k + 3}]}}", 90)
    yield "sizes without end", spec(f"{{{pads}}}"), {}
    rule = "init: {'" + "**." * 200 + "x': {weight: zeros_}}"
    convs = "{a: {op: Conv2d, out_channels: 8, kernel_size: 1, repeat: 2000}, b: Gone}"
    yield "a pattern of stars", spec(convs, rule), {}
    cycle = "params: {a: {type: op, default: $b}, b: {type: op, default: $a}}"
    yield "parameters in a circle", spec("{x: $a}", cycle), {}
    yield "a long Einsum", spec("{a: {op: Einsum, equation: '" + "a," * 3000 + "a->a'}}"), {}
    yield "a long Rearrange", spec("{a: {op: Rearrange, pattern: '" + "(" * 3000 + "'}}"), {}


def text() -> Iterator[Bomb]:
    """Characters that are not what they seem, and none that YAML has."""
    good = spec("{a: ReLU}")
    yield "two documents", f"{good}---\n{good}", {}
    yield "a tag", spec("!!python/object/apply:os.system [ReLU]"), {}
    yield "a tag of one's own", f"%TAG ! tag:x,2000:\n---\n{spec('{a: !x ReLU}')}", {}
    yield "a byte-order mark inside", spec("{a: \ufeffReLU}"), {}
    yield "UTF-16", good.encode("utf-16"), {}
    yield "UTF-32", good.encode("utf-32"), {}
    yield "invalid UTF-8", good.encode() + b"# \xff\n", {}
    yield "a lone surrogate", good.encode() + b"# \xed\xa0\x80\n", {}
    yield "an overlong form", good.encode() + b"# \xc0\xae\n", {}
    yield "an escaped surrogate", spec('{a: "\\uD800"}'), {}
    yield "NUL", spec("{a: \0}"), {}
    yield "a terminal's escape", spec("{\x1b[31m: ReLU}"), {}
    yield "a terminal's escape, escaped", spec('{"\\e[31mred\\a": ReLU}'), {}
    yield "text from right to left", spec('{a: "Re\u202eLU"}'), {}
    yield "a line separator", spec("{a: 'Re\u2028LU'}"), {}


def numbers() -> Iterator[Bomb]:
    """Numbers that are none, or too much."""
    nines = "9" * 5000
    for node in (
        f"op: ReLU, repeat: {nines}",
        f"op: Dropout, p: 0.{nines}",
        f"op: Dropout, p: 1e-{nines}",
        f"op: Conv2d, out_channels: {10**30}, kernel_size: 1",
        "op: Conv2d, out_channels: 4611686018427387904, kernel_size: 1",
        "op: Conv2d, out_channels: -1, kernel_size: 3",
        "op: Conv2d, out_channels: 0, kernel_size: 3",
        "op: MaxPool2d, kernel_size: 2, stride: 0",
        "op: Dropout, p: .nan",
        "op: BatchNorm2d, eps: .inf",
        "op: Dropout, p: 1e999",
        "op: ReLU, repeat: -1",
    ):
        yield f"`{node[4:40]}`", spec(f"{{a: {{{node}}}}}"), {}
    for shape in ("N, 0", "N, -3", "N, 1.5", "N, .nan", "9223372036854775808", "N, '9**99'"):
        yield f"an input of {shape}", f"input: [{shape}]\nlayers: {{a: ReLU}}\n", {}


def names() -> Iterator[Bomb]:
    """Names that would be code, or hide a module's own."""
    for name in (
        "class",
        "a.b",
        'x"); import os #',
        "train",
        "forward",
        "__init__",
        "a b",
        "",
        "None",
    ):
        quoted = name.replace("'", "''")
        yield f"a node called {name}", spec(f"{{'{quoted}': ReLU}}"), {}
    yield "a node of a repeat called", spec("{'x{i}\"': {op: ReLU, repeat: 2}}"), {}
    yield "a path of dots", spec("{a: ReLU, b: {op: Add, from: [a, " + "a." * 20_000 + "a]}}"), {}


ALL: dict[str, Bomb] = {
    bomb[0]: bomb
    for bomb in chain(
        copies(), size(), depth(), aliases(), files(), work(), text(), numbers(), names()
    )
}
