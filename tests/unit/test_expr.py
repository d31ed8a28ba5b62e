"""Expressions: each rule of the language, each message, and what must not take the machine down."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pace import soon

from archc.diag import codes
from archc.diag.codes import Code
from archc.ir.dim import symbol
from archc.spec.expr import (
    Absorbed,
    Expr,
    ExprError,
    PathExpr,
    Star,
    evaluate,
    evaluate_path,
    is_python,
    names,
    parse,
    parse_path,
)
from archc.spec.expr.access import Budget
from archc.spec.expr.problems import Refusal

H, W = symbol("H"), symbol("W")


class Names:
    """A scope of plain values; `gone` is one that failed elsewhere."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def lookup(self, path: tuple[str | int, ...], at: PathExpr) -> Any:
        if path[0] == "gone":
            raise Absorbed
        value: Any = self.values
        for segment in path:
            if segment not in value and not isinstance(value, list):
                raise ExprError(codes.EXPR_NAME, f"no `{segment}`", at.start, at.end)
            value = value[segment]
        return value


SCOPE = Names(
    width=64,
    i=2,
    p=0.5,
    act=None,
    kind="relu",
    depths=[3, 4, 6, 3],
    rows=[[1, 2], [3, 4]],
    units=[{"out": 5, "n": 1}, {"out": 7, "n": 2}],
    down=Ellipsis,
    H=H,
    W=W,
    **{"in": {"channels": 32, "shape": [1, 32, H, W]}},
)


def value(text: str) -> Any:
    return evaluate(parse(text), SCOPE)


def error(text: str) -> ExprError:
    with pytest.raises(ExprError) as caught:
        value(text)
    assert 0 <= caught.value.start <= caught.value.end <= max(len(text), 1) + 1
    return caught.value


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-2 ** 2", -4),
        ("2 ** -1", 0.5),
        ("2 ** 3 ** 2", 512),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("6 / 3", 2.0),
        ("- - 3", 3),
        ("1e-5", 1e-5),
        (".5 + 1.", 1.5),
        ("  4 * width ", 256),
        ("2 if i == 0 else 1", 1),
        ("1 if p else 2 if i else 3", 1),
        ("0 or 5", 5),
        ("1 and 0 and 7", 0),
        ("not act", True),
        ("not 1 == 2", True),
        ("not not i", True),
        ("1 < 2", True),
        ("i != 2 or in.channels != 4 * width", True),
        ("i in [1, 2]", True),
        ("i not in [1, 2]", False),
        ("kind == 'relu'", True),
        ('kind != "relu"', False),
        ("act == None", True),
        ("act == null", True),
        ("true and not False", True),
        ("depths.0", 3),
        ("depths.-1", 3),
        ("depths.(i + 1) + 1", 4),
        ("depths[i]", 6),
        ("depths[-2]", 6),
        ("depths[1:]", [4, 6, 3]),
        ("depths[:2]", [3, 4]),
        ("depths[::2]", [3, 6]),
        ("depths[::-1]", [3, 6, 4, 3]),
        ("depths[3:1:-1]", [3, 6]),
        ("units[1].out", 7),
        ("units.1.out", 7),
        ("(units[0]).n", 1),
        ("in.shape[1]", 32),
        ("rows[1][0]", 3),
        ("[]", []),
        ("[1, width, ]", [1, 64]),
        ("[0, depths.*, 1]", [0, 3, 4, 6, 3, 1]),
        ("max(depths.*)", 6),
        ("[2 * d for d in depths if d > 3]", [8, 12]),
        ("[a * b for a, b in rows]", [2, 12]),
        ("[a * b for (a, b) in zip(depths, range(4))]", [0, 4, 12, 9]),
        ("[u.out for u in units]", [5, 7]),
        ("[d for d in in.shape[:2]]", [1, 32]),
        ("[[x + y for x in [1, 2]] for y in [10, 20]]", [[11, 12], [21, 22]]),
        ("[i for i in [7]][0] + i", 9),
        ("[1] + [2] * 2", [1, 2, 2]),
        ("abs(-3)", 3),
        ("ceil(2.1)", 3),
        ("floor(-2.1)", -3),
        ("round(2.5)", 2),
        ("round(2.567, 2)", 2.57),
        ("cumsum(depths)", [3, 7, 13, 16]),
        ("exp(0)", 1.0),
        ("log(8, 2)", 3.0),
        ("sqrt(9)", 3.0),
        ("len(depths)", 4),
        ("linspace(0, 1, 3)", [0.0, 0.5, 1.0]),
        ("linspace(2, 9, 1)", [2.0]),
        ("linspace(2, 9, 0)", []),
        ("max(1, 2.5)", 2.5),
        ("min(depths)", 3),
        ("max([3])", 3),
        ("prod([2, 3, 4])", 24),
        ("prod([])", 1),
        ("sum([])", 0),
        ("range(3)", [0, 1, 2]),
        ("range(2, 5)", [2, 3, 4]),
        ("range(5, 0, -2)", [5, 3, 1]),
        ("range(4.0)", [0, 1, 2, 3]),
        ("reversed(depths)", [3, 6, 4, 3]),
        ("split(range(4), [1, 0, 3])", [[0], [], [1, 2, 3]]),
        ("sum(depths)", 16),
        ("zip([1, 2], [3, 4])", [[1, 3], [2, 4]]),
        ("make_divisible(37)", 40),
        ("make_divisible(32 * 0.75)", 24),
        ("make_divisible(3, 8, 16)", 16),
        ("make_divisible(90, 100)", 100),
    ],
)
def test_the_value_is_what_python_gives(text: str, result: object) -> None:
    found = value(text)
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("v", "divisor", "low"),
    [(v, d, m) for v in (1, 11, 12.5, 37, 60, 90, 100.4) for d in (4, 8, 10) for m in (None, 16)],
)
def test_make_divisible_is_torchvisions(v: float, divisor: int, low: int | None) -> None:
    # torchvision.ops.misc / models._utils._make_divisible, word for word
    new_v = max(divisor if low is None else low, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    given = f"make_divisible({v}, {divisor}" + (")" if low is None else f", {low})")
    assert value(given) == new_v


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("H // 2 + 1", H // 2 + 1),
        ("2 * H / 2", H),
        ("H * W / W", H),
        ("H // H", 1),
        ("H % 3", H % 3),
        ("2 * H % 2", 0),
        ("-H + H", 0),
        ("H ** 2", H * H),
        ("H == H + 1", False),
        ("H != W + W", None),
        ("H == 0.5", False),
        ("H == 'x'", False),
        ("H > 0", True),
        ("H < 1", False),
        ("0 <= H", True),
        ("not H", False),
        ("max(H, 1)", H),
        ("min(H, 1)", 1),
        ("max(1, H, 0)", H),
        ("min([H, H // 2 - 1])", H // 2 - 1),
        ("abs(-H)", H),
        ("floor(H)", H),
        ("sum([H, W, 1])", H + W + 1),
        ("prod(in.shape[2:])", H * W),
    ],
)
def test_open_sizes_go_through(text: str, result: object) -> None:
    if result is None:
        assert error(text).code is codes.OPEN_SIZE
    else:
        assert value(text) == result


@pytest.mark.parametrize(
    "text",
    ["H == W", "H > 5", "H * 0.5", "7 // H", "7 % H", "2 ** H", "H ** -1", "sqrt(H)", "range(H)",
     "max(H, W)", "abs(H - 2)", "1 if H == 3 else 2", "depths.(H)", "make_divisible(H)"],
)  # fmt: skip
def test_a_number_that_is_still_open_is_named(text: str) -> None:
    found = error(text)
    assert found.code is codes.OPEN_SIZE
    assert "H" in found.message
    assert found.help


@pytest.mark.parametrize(
    ("text", "code", "part", "message"),
    [
        ("1 +", codes.EXPR_SYNTAX, "", "missing at the end"),
        ("(1", codes.EXPR_SYNTAX, "", "`)` is missing"),
        ("", codes.EXPR_SYNTAX, "", "missing"),
        ("[1, 2", codes.EXPR_SYNTAX, "", "missing"),
        ("1 2", codes.EXPR_SYNTAX, "2", "cannot stand here"),
        ("a = 3", codes.EXPR_SYNTAX, "=", "cannot stand here"),
        ("max(width=3)", codes.EXPR_SYNTAX, "=", "cannot stand here"),
        ("1 < 2 < 3", codes.EXPR_SYNTAX, "<", "do not chain"),
        ("1 if 2", codes.EXPR_SYNTAX, "", "`else` is missing"),
        ("1 ? 2", codes.EXPR_SYNTAX, "?", "cannot stand here"),
        ("'abc", codes.EXPR_SYNTAX, "'", "cannot stand here"),
        ("1\n+ 2", codes.EXPR_SYNTAX, "\n", r"`\n` cannot stand here"),
        ("(1, 2)", codes.EXPR_SYNTAX, ",", "a list is written with"),
        ("010", codes.EXPR_SYNTAX, "010", "begin with 0"),
        ("1_000", codes.EXPR_SYNTAX, "1_000", "not a number"),
        ("0x10", codes.EXPR_SYNTAX, "0x10", "not a number"),
        ("٣ + 1", codes.EXPR_SYNTAX, "٣", "cannot stand here"),
        ("depths.", codes.EXPR_SYNTAX, ".", "ends with a dot"),
        ("depths..0", codes.EXPR_SYNTAX, ".", "cannot stand here"),
        ("depths[]", codes.EXPR_SYNTAX, "depths[]", "an index is"),
        ("depths[1:2:3:4]", codes.EXPR_SYNTAX, "depths[1:2:3:4]", "an index is"),
        ("[x for 3 in depths]", codes.EXPR_SYNTAX, "3", "a loop variable is a name"),
        ("[x for if in depths]", codes.EXPR_SYNTAX, "if", "a loop variable is a name"),
        ("lambda x: x", codes.EXPR_SYNTAX, "x", "cannot stand here"),
        ("__import__('os')", codes.EXPR_NAME, "__import__", "no function"),
        ("maks(1, 2)", codes.EXPR_NAME, "maks", "no function `maks`"),
        ("len(1, 2)", codes.EXPR_TYPE, "len(1, 2)", "does not take 2"),
        ("sqrt()", codes.EXPR_TYPE, "sqrt()", "does not take 0"),
        ("sqrt(1, 2)", codes.EXPR_TYPE, "sqrt(1, 2)", "does not take 2"),
        ("nothing + 1", codes.EXPR_NAME, "nothing", "no `nothing`"),
        ("1 / 0", codes.EXPR_FAILS, "1 / 0", "division by zero"),
        ("3 + 1 % 0", codes.EXPR_FAILS, "1 % 0", "division by zero"),
        ("0 ** -1", codes.EXPR_FAILS, "0 ** -1", "division by zero"),
        ("H / 2", codes.EXPR_FAILS, "H / 2", "not divisible"),
        ("H // 0", codes.EXPR_FAILS, "H // 0", "division by zero"),
        ("H // -2", codes.EXPR_FAILS, "H // -2", "positive"),
        ("H % 0", codes.EXPR_FAILS, "H % 0", "division by zero"),
        ("H % -2", codes.EXPR_FAILS, "H % -2", "positive"),
        ("sqrt(-1)", codes.EXPR_FAILS, "sqrt(-1)", "no value at -1"),
        ("log(0)", codes.EXPR_FAILS, "log(0)", "no value at 0"),
        ("(-8) ** 0.5", codes.EXPR_FAILS, None, "not a real number"),
        ("depths[9]", codes.EXPR_FAILS, "depths[9]", "no element 9"),
        ("units[0].width", codes.EXPR_FAILS, "units[0].width", "no field `width`"),
        ("max([])", codes.EXPR_FAILS, "max([])", "empty list"),
        ("range(1, 5, 0)", codes.EXPR_FAILS, None, "step"),
        ("depths[::0]", codes.EXPR_FAILS, None, "step"),
        ("linspace(0, 1, -1)", codes.EXPR_FAILS, None, "-1 elements"),
        ("split(depths, [1, 1])", codes.EXPR_FAILS, None, "4 elements into parts of 2"),
        ("split(depths, [5, -1])", codes.EXPR_FAILS, None, "4 elements into parts of 4"),
        ("make_divisible(3, 0)", codes.EXPR_FAILS, None, "positive divisor"),
        ("depths[0.5]", codes.NOT_AN_INTEGER, None, "0.5"),
        ("range(2.5)", codes.NOT_AN_INTEGER, None, "2.5"),
        ("zip([1, 2], [3])", codes.LOOP_LENGTHS, None, "2 and 1 elements"),
        ("[a for a, b in depths]", codes.EXPR_TYPE, None, "2 variables"),
        ("[a for a, b in [[1]]]", codes.LOOP_LENGTHS, None, "2 variables"),
        ("[a for a in 3]", codes.EXPR_TYPE, "3", "needs a list"),
        ("kind + 'x'", codes.EXPR_TYPE, None, "needs numbers"),
        ("kind * 3", codes.EXPR_TYPE, None, "needs numbers"),
        ("'%s' % 3", codes.EXPR_TYPE, None, "needs numbers"),
        ("act + 1", codes.EXPR_TYPE, None, "null"),
        ("-kind", codes.EXPR_TYPE, None, "needs a number"),
        ("kind < 3", codes.EXPR_TYPE, None, "needs numbers"),
        ("depths < rows", codes.EXPR_TYPE, None, "needs numbers"),
        ("1 in 3", codes.EXPR_TYPE, None, "needs a list"),
        ("len(3)", codes.EXPR_TYPE, None, "needs a list"),
        ("sum(3)", codes.EXPR_TYPE, None, "needs a list"),
        ("depths['x']", codes.EXPR_TYPE, None, "by number"),
        ("width[0]", codes.EXPR_TYPE, None, "has none"),
        ("width[1:]", codes.EXPR_TYPE, None, "needs a list"),
        ("depths.* + 1", codes.EXPR_TYPE, "depths.*", "belongs in a list"),
        ("[width.*]", codes.EXPR_TYPE, "width.*", "needs a list before it"),
    ],
)
def test_what_does_not_work_is_told(text: str, code: Code, part: str | None, message: str) -> None:
    found = error(text)
    assert (found.code, message in found.message) == (code, True), found.message
    if part is not None:
        assert text[found.start : found.end] == part


def test_help_says_what_to_do() -> None:
    assert error("roud(2.5)").help == "did you mean `round`?"
    assert "sqrt" in error("qqqqq(2.5)").help
    assert "`==`" in error("a = 3").help
    assert "`and`" in error("a && b").help
    assert "`make_divisible(v, divisor, min_value)`" in error("make_divisible()").help
    assert "`//`" in error("H / 2").help
    assert error("math.ceil(2)").help == "functions go without a prefix: `ceil(...)`"
    assert error("depths.max()").help == "call it as a function: `max(depths)`"
    for text in ("true(1)", "depths[0](1)", "depths.0(1)", "in.shape)"):
        assert error(text).help == ""
    assert "a < b and b < c" in error("1 < 2 < 3").help


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9",
        "2 ** 64",
        "2 ** 65 // 2 ** 64",
        "9223372036854775807 + 1",
        "9223372036854775808",
        "1" * 400,
        "1e400",
        "1e308 * 10",
        "2.0 ** 64 ** 2",
        "exp(1000)",
        "range(10 ** 9)",
        "range(0, 10 ** 18, 3)",
        "linspace(0, 1, 10 ** 9)",
        "[0] * 10 ** 6",
        "10 ** 6 * [0]",
        "range(9000) + range(9000)",
        "[[0] * 10000] * 10000",
        "[range(10000) for x in range(10000)]",
        "[[y for y in range(10000)] for x in range(10000)]",
        "[sum(a) for a in [range(9999)] for b in [1]]",
        "[sum(depths * 2000) for b in range(9999)]",
        "[1 for x in range(9999) if [range(99)] * 99 == [range(99)] * 99]",
        "[[[1 for a in range(9999)] for b in range(9999)] for c in range(9999)]",
        "prod(range(1, 100))",
        "round(1.5, 100)",
        "1 + " * 130 + "1",
        "(" * 100_000,
        "[" * 100_000,
        "(" * 60 + "1" + ")" * 60,
        "[" * 60 + "]" * 60,
        "-" * 100 + "1",
        "not " * 60 + "1",
        "2 ** " * 60 + "1",
        "1 if 1 else " * 41 + "1",
        "depths" + "[0]" * 60,
        "abs(" * 60 + "1" + ")" * 60,
        "depths.(" * 50 + "0" + ")" * 50,
        "H * " * 40 + "H",
    ],
)  # fmt: skip
def test_bombs_are_refused_quickly(text: str) -> None:
    told = error if len(text) < 500 else error_of_any_length
    found = soon(lambda: told(text), 1)
    assert found.code in {codes.EXPR_LIMIT, codes.EXPR_SYNTAX}


def error_of_any_length(text: str) -> ExprError:
    with pytest.raises(ExprError) as caught:
        value(text)
    return caught.value


def test_a_list_put_together_of_lists_is_as_bounded_as_they_are() -> None:
    scope = Names(many=list(range(5000)))
    assert len(evaluate(parse("[many.*, many.*]"), scope)) == 10_000
    with pytest.raises(ExprError) as caught:
        evaluate(parse("[many.*, many.*, 0]"), scope)
    assert caught.value.code is codes.EXPR_LIMIT


@pytest.mark.parametrize("test", ["0 in many", "many == many", "len(many) == 0", "max(many) > 9"])
def test_what_a_loop_looks_at_again_and_again_is_counted(test: str) -> None:
    with pytest.raises(ExprError) as caught:
        evaluate(parse(f"[x for x in range(300) if {test}]"), Names(many=list(range(5000))))
    assert caught.value.code is codes.EXPR_LIMIT


def test_a_long_sum_needs_no_deep_stack() -> None:
    assert value("+".join(["1"] * 240)) == 240
    assert value(" or ".join(["0"] * 90)) == 0


@pytest.mark.parametrize("one", ["-1", "(1)", "1**1", "a[0]", "a.(0)", "a.0", "abs(1)", "[1][0]"])
def test_what_stands_side_by_side_is_not_deep(one: str) -> None:
    evaluate(parse("+".join([one] * 45)), Names(a=[1]))
    assert value(" or ".join(["not 1"] * 45)) is False


def test_the_limits_themselves_are_allowed() -> None:
    assert value("9223372036854775807") == 2**63 - 1
    assert value("-9223372036854775807 - 1") == -(2**63)
    assert len(value("range(10000)")) == 10_000
    assert value("(" * 39 + "1" + ")" * 39) == 1
    assert value("1".rjust(500)) == 1
    assert len(value("[[0] * 9000] * 10 + [[0] * 9977]")) == 11
    assert error("[[0] * 9000] * 10 + [[0] * 9978]").code is codes.EXPR_LIMIT
    Budget().spend(1_000_000)
    with pytest.raises(Refusal):
        Budget().spend(1_000_001)


def test_an_unknown_value_absorbs_the_expression() -> None:
    for text in ("gone", "1 + gone", "max(1, gone.x)", "[gone for a in depths]"):
        with pytest.raises(Absorbed):
            value(text)


def test_what_is_not_reached_is_not_evaluated() -> None:
    assert value("1 if true else gone") == 1
    assert value("0 and gone") == 0
    assert value("1 or nothing") == 1


def test_a_path_may_hold_names_that_are_no_identifiers() -> None:
    assert parse_path("block1-0.conv").segments == ("block1-0", "conv")
    assert parse_path("3x3.0.-1.*").segments == ("3x3", 0, -1, Star())
    assert parse_path(" a ") == PathExpr(("a",), 1, 2)
    assert parse_path("in").segments == ("in",)
    assert ".".join(map(str, parse_path("down.0.*").segments)) == "down.0.*"


def test_segments_in_parentheses_are_evaluated() -> None:
    assert evaluate_path(parse_path("down.(i - 1).*"), SCOPE) == ("down", 1, Star())
    assert evaluate_path(parse_path("(kind).0"), SCOPE) == ("relu", 0)


@pytest.mark.parametrize(
    "text", ["", ".", "a.", "a..b", "a b", "a.(1", "a.()", "a/b", "$a", "a.[0]"]
)
def test_a_path_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ExprError) as caught:
        parse_path(text)
    assert caught.value.code is codes.EXPR_SYNTAX


def test_names_are_those_of_the_scope() -> None:
    assert names(parse("a.b.(c + 1) + max(d, [e.0 for e in f if e > g])")) == set("acdfg")
    assert names(parse("[x for x in x]")) == {"x"}
    assert names(parse("[[x * y for y in x] for x in [1]]")) == frozenset()


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("4 * width", True),
        ("min(width, 3) + len([1])", True),
        ("[w * 2 for w in [width] if w in [1, 2]]", True),
        ("width if width > 3 else -width // 2", True),
        ("'same'", True),
        ("None", True),
        ("null", False),
        ("true", False),
        ("other", False),
        ("width / 2", False),
        ("width ** 2", False),
        ("width.0", False),
        ("[width][0]", True),
        ("[width].0", False),
        ("[width.*]", False),
        ("round(width)", False),
        ("prod([width])", False),
        ("class", False),
        ("[w for w in [1]][0] + w", False),
    ],
)
def test_only_what_python_reads_alike_is_python(text: str, *, same: bool) -> None:
    assert is_python(parse(text), frozenset({"width", "class"})) is same


def test_parsing_twice_gives_the_same_object() -> None:
    assert parse("4 * width + 1") is parse("4 * width + 1")


def test_what_is_parsed_once_cannot_be_changed() -> None:
    waiting: list[Any] = [parse("[-x if a.* or b < 2 else c[0] + d[1:] for x in max([y], z)]")]
    seen = {Star}
    while waiting:
        one = waiting.pop()
        seen.add(type(one))
        waiting += one.parts()
        with pytest.raises(AttributeError):
            one.start = 0
    assert seen == set(get_args(Expr)) | {Star}


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("4_096", "write `4096`"),
        ("3k", "write `3000`"),
        ("1.8M", "write `1800000`"),
        ("7G", "write `7000000000`"),
        ("1.5b", "write `1500000000`"),
        ("12xk", ""),
        ("12x", ""),
    ],
)
def test_a_number_with_a_unit_is_written_out(text: str, help: str) -> None:
    assert error(text).help == help


def test_a_part_has_ten_digits_at_most() -> None:
    assert parse_path("a.1234567890").segments == ("a", 1234567890)
    with pytest.raises(ExprError) as caught:
        parse_path("a.12345678901")
    assert caught.value.code is codes.EXPR_LIMIT


def test_a_loop_costs_its_own_text_only() -> None:
    assert value(" " * 450 + "len([x for x in range(9000)])") == 9000


def test_the_largest_literal_is_that_of_64_bits() -> None:
    assert value(f"{2**63 - 1}") == 2**63 - 1
    assert error(f"{2**63}").code is codes.EXPR_LIMIT


def test_a_record_holds_its_fields() -> None:
    assert value("'out' in units[0]") is True
    assert value("'in' in units[0]") is False
    assert value("1 in units[0]") is False
