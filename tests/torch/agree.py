"""Does an op say what torch does? One comparison for every op, eager torch on the CPU as judge.

`agree` holds an op class against a torch module or function for one set of parameters and shapes:

- archc accepts exactly what torch runs, and infers the shapes and element types that come out;
- `tensors` are the entries of the module's `state_dict`, in order, and its parameters;
- what the op lowers to computes the same values, in memory of its own unless it says otherwise;
- twice the `macs` is what `FlopCounterMode` counts on the meta device, for the first cases;
- the rule with open sizes, bound afterwards, says what the rule with numbers says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeAlias

import torch
from hypothesis import HealthCheck, settings
from pydantic import ValidationError
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from archc.diag import codes
from archc.diag.codes import Code
from archc.ir import target
from archc.ir.dim import bind, symbol
from archc.ir.op import Assumption, Broken, Op, Rules, Stop, Types
from archc.ir.types import TensorType

Shape: TypeAlias = tuple[int, ...]
Make: TypeAlias = Callable[[], Callable[..., Any]]
Axes: TypeAlias = Collection[tuple[int, int]]
Judged: TypeAlias = Exception | tuple[Any, list[Tensor]]

COUNTED = 1_000
"""Cases of an op whose FLOPs torch counts too, which takes as long as all the rest of a case."""
counted: Counter[type[Op]] = Counter()
tried: Counter[str] = Counter()
"""Cases of each op, for the report of a long run."""

NEARBY = 3 if settings.default.max_examples > 1_000 else 0
"""Cases beside each that is drawn, in a long run: with other sizes, which takes no drawing."""
alone = settings(suppress_health_check=list(HealthCheck))
many = settings(alone, max_examples=settings.default.max_examples * 2 // (2 + NEARBY))
"""As many cases as the profile says (`tests/conftest.py`), those nearby among them; not every drawn
case has one. `alone` is for laws whose cases have none.
"""


@dataclass(frozen=True)
class Ran:
    """What torch ran: the op it stands for, its inputs, the module or function, the results."""

    op: Op
    ins: Types
    module: Any
    results: list[Tensor]

    @property
    def name(self) -> str:
        """The op's name."""
        return type(self.op).__name__


@dataclass(frozen=True)
class Exemption:
    """Something that torch runs and archc refuses, with this code, for a reason."""

    code: Code
    applies: Callable[[Ran], bool]
    reason: str


def _is_area(ran: Ran) -> bool:
    """Whether it resizes by an adaptive average pool."""
    return ran.name in {"Interpolate", "Upsample"} and "mode='area'" in str(ran.op)


EXEMPTIONS = (
    Exemption(
        codes.EMPTY_OUTPUT,
        lambda ran: any(r.numel() == 0 for r in ran.results),
        "some kernels return a tensor without elements where others raise; archc always refuses",
    ),
    Exemption(
        codes.WRONG_DTYPE,
        lambda ran: (
            (
                "Pool" in ran.name
                or ran.name in {"LocalResponseNorm", "Fold", "Unfold"}
                or _is_area(ran)
            )
            and ran.ins[0].dtype in {"int64", "bool"}
        ),
        "some pools and norms run on integers, which ones depends on rank and device",
    ),
    Exemption(
        codes.CHANNELS,
        lambda ran: "Norm" in ran.name and not list(ran.module.parameters()),
        "norms without weights do not compare `num_features`, or only warn",
    ),
    Exemption(
        codes.RANK,
        lambda ran: "AdaptiveAvgPool" in ran.name and ran.results[0].shape[-1] == 1,
        "an output of one place is taken as a plain mean, which forgets to check the rank",
    ),
    Exemption(
        codes.WRONG_DTYPE,
        lambda ran: ran.name == "Where" and ran.ins[0].dtype == "uint8",
        "numbers as a condition are deprecated, and warned of",
    ),
    Exemption(
        codes.WRONG_DTYPE,
        lambda ran: ran.name == "Gather" and ran.ins[1].dtype == "int32",
        "only the latest versions of torch gather by anything but int64",
    ),
    Exemption(
        codes.RANK,
        lambda ran: ran.name == "ScaledDotProductAttention" and len(ran.ins[3].shape) < 2,
        "with batches that broadcast no faster kernel is tried, and none looks at the mask's rank",
    ),
    Exemption(
        codes.SHAPES_DIFFER,
        lambda ran: (
            ran.name == "ScaledDotProductAttention" and ran.ins[1].shape[-2] != ran.ins[2].shape[-2]
        ),
        "the fused kernel of the CPU takes keys without values, and reads what is not there",
    ),
    Exemption(
        codes.BAD_PARAMETER,
        lambda ran: ran.name.startswith(("Pad", "ConstantPad")) and ran.results[0].numel() == 1,
        "a tensor of one element is filled without a look at whether it can hold the number",
    ),
    *(
        Exemption(
            code,
            lambda ran: (
                ran.name.startswith(("MultiheadAttention", "Transformer"))
                and "is_causal=True" in str(ran.op)
            ),
            "told that a mask is causal, torch does not look at the mask",
        )
        for code in (codes.WRONG_DTYPE, codes.SHAPES_DIFFER)
    ),
    Exemption(
        codes.WRONG_DTYPE,
        lambda ran: (
            ran.name == "Interpolate"
            and (ran.results[0].shape == tuple(ran.ins[0].shape) or not ran.results[0].numel())
        ),
        "resizing to the same size copies numbers of any type, and to nothing makes none",
    ),
    Exemption(
        codes.PADDING,
        lambda ran: (
            "-" in str(ran.op) and ("CircularPad" in ran.name or "'circular'" in str(ran.op))
        ),
        "wrapping around by more than a negative padding leaves reads memory never written",
    ),
)
"""Where archc is stricter, on purpose. Nowhere does it accept what torch refuses."""


@dataclass(frozen=True)
class Verdict:
    """What a shape rule said: the output types, or what is broken, and what it assumed."""

    outs: Types | None
    broken: tuple[Broken, ...]
    assumed: tuple[Assumption, ...]


def agree(
    kind: type[Op],
    given: Mapping[str, object],
    shapes: Sequence[Shape],
    make: Make,
    *,
    dtypes: Sequence[str] = (),
    free: Axes | None = None,
    flops: bool = True,
    sufficient: bool = False,
    ports: Sequence[str] = (),
    near: int = NEARBY,
) -> bool:
    """Compare, and say whether both accepted. `make` builds the torch module or function.

    `given` are the values as a spec holds them (lists, not tuples). Of the axes in `free`, pairs of
    input and axis, the rule must never ask for a number. With `sufficient`, what the rule assumes
    of open sizes may be more than torch needs: that they are equal, where a 1 would broadcast too.
    `ports` are those that the inputs stand at, where some are left out. Cases `near` this one are
    compared too, but where what torch is asked depends on the sizes.
    """
    case = Case(kind, given, make, tuple(dtypes), free, flops, sufficient, tuple(ports))
    for sizes in _nearby(shapes, free, near):
        replace(case, flops=False).agrees(sizes)
    return case.agrees(shapes)


def _nearby(shapes: Sequence[Shape], free: Axes | None, count: int) -> Iterator[Sequence[Shape]]:
    """The shapes with another size: at one of the free axes, or at all that have the same size."""
    rng, axes = Random(repr(shapes)), sorted(free or ())
    for _ in range(count if axes else 0):
        chosen = rng.choice(axes)
        size = shapes[chosen[0]][chosen[1]]
        alike = [(i, a) for i, a in axes if shapes[i][a] == size]
        sizes = [list(shape) for shape in shapes]
        new = max(1, size + rng.choice((-2, -1, 1, 2, 3)))
        for i, a in rng.choice(([chosen], alike)):
            sizes[i][a] = new
        yield [tuple(shape) for shape in sizes]


@dataclass(frozen=True)
class Case:
    """What is held against torch, but for the shapes; see `agree`."""

    kind: type[Op]
    given: Mapping[str, object]
    make: Make
    dtypes: tuple[str, ...]
    free: Axes | None
    flops: bool
    sufficient: bool
    ports: tuple[str, ...]

    def agrees(self, shapes: Sequence[Shape]) -> bool:
        """Compare, and say whether both accepted."""
        tried[self.kind.__name__] += 1
        kinds = self.dtypes or ("float32",) * len(shapes)
        ins = tuple(TensorType(s, d) for s, d in zip(shapes, kinds, strict=True))
        tensors = [_values(t) for t in ins]
        judged = _judge(self.make, tensors)
        op = _validated(self.kind, self.given)
        if isinstance(op, ValidationError):
            assert isinstance(judged, Exception), f"torch runs it, but: {op}"
            return False
        op = op.with_ports(self.ports) if self.ports else op
        verdict = _infer(op, ins)
        _check_open_sizes(op, ins, verdict, self.free, sufficient=self.sufficient)
        if verdict.outs is None:
            assert _may_refuse(op, ins, verdict, judged), f"torch runs it, but: {verdict.broken}"
            return False
        self._computes(op, tensors, ins, verdict.outs, judged)
        return True

    def _computes(
        self, op: Op, tensors: list[Tensor], ins: Types, outs: Types, judged: Judged
    ) -> None:
        assert not isinstance(judged, Exception), f"archc gives {outs}, torch raises {judged}"
        module, results = judged
        assert _types(results) == [(t.shape, t.dtype) for t in outs]
        _check_state(op, ins, module)
        _check_lowered(op, ins, tensors, module, results)
        if self.flops and counted[self.kind] < COUNTED:
            counted[self.kind] += 1
            _check_flops(op, ins, outs, self.make)


def _validated(kind: type[Op], given: Mapping[str, object]) -> Op | ValidationError:
    try:
        return kind.model_validate(dict(given))
    except ValidationError as error:
        return error


def _may_refuse(op: Op, ins: Types, verdict: Verdict, judged: Judged) -> bool:
    if isinstance(judged, Exception):
        return True
    found = {broken.code for broken in verdict.broken}
    ran = Ran(op, ins, *judged)
    return any(e.code in found and e.applies(ran) for e in EXEMPTIONS)


def _values(kind: TensorType) -> Tensor:
    shape = [s for s in kind.shape if isinstance(s, int)]
    dtype = getattr(torch, kind.dtype)
    if dtype.is_floating_point:
        return torch.rand(shape, dtype=dtype, generator=torch.Generator().manual_seed(1))
    return torch.zeros(shape, dtype=dtype)


def _judge(make: Make, tensors: list[Tensor]) -> Judged:
    try:
        module = make()
        if isinstance(module, nn.Module):
            module.eval()
        torch.default_generator.manual_seed(0)
        with torch.no_grad():
            return module, flat(module(*tensors))
    except Exception as error:  # noqa: BLE001 - torch refuses with many kinds
        return error


def flat(result: object) -> list[Tensor]:
    """The tensors of a result, in order."""
    if isinstance(result, Tensor):
        return [result]
    assert isinstance(result, tuple | list), result
    return [tensor for part in result for tensor in flat(part)]


def _types(results: list[Tensor]) -> list[tuple[Shape, str]]:
    return [(tuple(r.shape), str(r.dtype).removeprefix("torch.")) for r in results]


def _infer(op: Op, ins: Types) -> Verdict:
    rules = Rules()
    try:
        outs: Types | None = op.infer(ins, rules)
    except Stop:
        assert rules.broken, "a rule stopped without saying why"
        outs = None
    for broken in rules.broken:
        known = {*type(op).model_fields, *op.ports}
        assert broken.at in known or op.variadic, f"{broken.at} is no parameter and no port"
        assert broken.message[:1].islower() or not broken.message[:1].isalpha(), broken.message
    if rules.broken:
        outs = None
    return Verdict(outs, tuple(rules.broken), tuple(rules.assumed))


def _check_state(op: Op, ins: Types, module: object) -> None:
    stated = op.tensors(ins)
    if not isinstance(module, nn.Module):
        return
    kept = [(t.name, t.shape, t.dtype) for t in stated if t.persistent]
    held = [
        (name, tuple(t.shape), str(t.dtype).removeprefix("torch."))
        for name, t in module.state_dict().items()
    ]
    assert kept == held
    learned = {t.name: t.count for t in stated if t.kind == "parameter"}
    assert learned == {name: p.numel() for name, p in module.named_parameters()}


def _check_lowered(
    op: Op, ins: Types, tensors: list[Tensor], module: object, results: list[Tensor]
) -> None:
    lowered = op.lowered(ins)
    if isinstance(lowered, target.State):
        return
    torch.default_generator.manual_seed(0)
    with torch.no_grad():
        if isinstance(lowered, target.New):
            made = construct(lowered).eval()
            if isinstance(module, nn.Module):
                made.load_state_dict(module.state_dict())
            call = lowered.call
            again = flat(made(*tensors) if call is None else evaluate(call, tensors, made))
        else:
            again = flat(evaluate(lowered, tensors))
    _check_storage(op, ins, tensors, again)
    assert len(again) == len(results)
    for one, other in zip(again, results, strict=True):
        assert torch.allclose(one.nan_to_num(), other.nan_to_num(), atol=1e-6), lowered


def _check_storage(op: Op, ins: Types, tensors: list[Tensor], results: list[Tensor]) -> None:
    """Views are of the first input, and several outputs do not overlap."""
    if op.overwrites():
        return  # then an output is the input in any case
    taken = [t.untyped_storage().data_ptr() for t in tensors if t.numel()]
    given = [r.untyped_storage().data_ptr() for r in results if r.numel()]
    says = op.gives_view(ins)
    assert op.views in {says, "maybe"}
    assert not set(given) & set(taken[1:])
    if says != "maybe":
        assert {at in taken[:1] for at in given} <= {says == "always"}
    if says == "never":
        assert len(set(given)) == len(given)


def construct(lowered: target.New) -> nn.Module:
    """The module that a `New` describes."""
    args = [a.value for a in lowered.args if not a.keyword]
    found = own_class(lowered) if lowered.source else resolve(lowered.target)
    made = found(*args, **{a.name: a.value for a in lowered.args if a.keyword})
    assert isinstance(made, nn.Module)
    return made


def own_class(lowered: target.New) -> Any:
    """The class that a `New` brings along, with what an emitted file imports."""
    names: dict[str, Any] = {"torch": torch, "nn": nn, "Tensor": Tensor}
    exec(lowered.source, names)
    return names[lowered.target]


def resolve(dotted: str) -> Any:
    """What a target names.

    >>> resolve("torch.nn.functional.relu").__name__
    'relu'
    """
    first, *rest = dotted.split(".")
    assert first == "torch", dotted
    found: Any = torch
    for name in rest:
        found = getattr(found, name)
    return found


@dataclass(frozen=True)
class Evaluation:
    """What expressions compute from these inputs; `module` is what `Called` calls."""

    ins: list[Tensor]
    module: nn.Module | None = None

    def of(self, expression: target.Expression) -> Any:
        """The value, outside training."""
        match expression:
            case target.Input(index):
                return self.ins[index]
            case target.AllInputs():
                return self.ins
            case target.Constant(arg):
                return arg.value
            case target.Named(name):
                return resolve(name)
            case target.Training():
                return self.of(expression.otherwise)
            case target.Group(operands):
                return tuple(map(self.of, operands))
            case target.Infix(operator, operands):
                names = {f"v{i}": self.of(o) for i, o in enumerate(operands)}
                return eval(f" {operator} ".join(names), {}, names)
            case _:
                return self._part(expression)

    def _part(self, expression: target.Expression) -> Any:
        match expression:
            case target.Index(operand, index):
                return self.of(operand)[index]
            case target.Attribute(operand, name):
                return getattr(self.of(operand), name)
            case target.Subscript(operand, entries):
                found = tuple(map(self._entry, entries))
                return self.of(operand)[found[0] if len(found) == 1 else found]
            case target.Call(name, operands, args):
                return self._call(resolve(name), operands, args)
            case target.Called(operands, args):
                assert self.module is not None
                return self._call(self.module, operands, args)
            case target.Method(operand, name, operands, args):
                return self._call(getattr(self.of(operand), name), operands, args)
        raise TypeError(expression)

    def _entry(self, entry: target.Cut | target.Expression) -> Any:
        if not isinstance(entry, target.Cut):
            return self.of(entry)
        bounds = (entry.start, entry.stop, entry.step)
        return slice(*(None if arg is None else arg.value for arg in bounds))

    def _call(
        self,
        function: Callable[..., Any],
        operands: tuple[target.Expression, ...],
        args: tuple[target.Arg, ...],
    ) -> Any:
        plain = [o for o in operands if not isinstance(o, target.Keyword)]
        values = [self.of(o) for o in plain] + [a.value for a in args if not a.keyword]
        named = {o.name: self.of(o.operand) for o in operands if isinstance(o, target.Keyword)}
        return function(*values, **named, **{a.name: a.value for a in args if a.keyword})


def evaluate(
    expression: target.Expression, ins: list[Tensor], module: nn.Module | None = None
) -> Any:
    """What an expression computes from these inputs."""
    return Evaluation(ins, module).of(expression)


def _check_flops(op: Op, ins: Types, outs: Types, make: Make) -> None:
    try:
        with torch.device("meta"):
            module = make()
            tensors = [torch.empty(t.shape, dtype=getattr(torch, t.dtype)) for t in ins]
        if isinstance(module, nn.Module):
            module.eval()
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            module(*tensors)
    except (RuntimeError, NotImplementedError):
        return  # the meta device refuses some of what the CPU runs
    assert 2 * op.macs(ins, outs) == counter.get_total_flops()


def _check_open_sizes(
    op: Op, ins: Types, fixed: Verdict, free: Axes | None, *, sufficient: bool
) -> None:
    """With any choice of open axes the rule says the same, once the sizes are put in."""
    every = {(i, a) for i, t in enumerate(ins) for a in range(t.rank)}
    wanted = every & set(free if free is not None else ())
    for opened in filter(None, (every, every - {(0, 1)}, wanted)):
        env = {f"S{i}_{a}": ins[i].shape[a] for i, a in sorted(opened)}
        loose = _infer(op, tuple(_opened(t, i, opened) for i, t in enumerate(ins)))
        failed = [b for b in loose.broken if b.code is not codes.OPEN_SIZE]
        if failed:
            assert fixed.outs is None, f"fails for every size, but not for {env}: {failed}"
        elif loose.outs is None:
            assert opened is not wanted, f"{opened} could stay open: {loose.broken}"
        else:
            sizes = {k: v for k, v in env.items() if type(v) is int}
            if sufficient and not all(holds_for(a, sizes) for a in loose.assumed):
                continue
            _check_bound(op, ins, loose, fixed, sizes)
            if not sufficient or 1 not in sizes.values():
                _check_open_macs(op, ins, loose, fixed, sizes)


def _opened(kind: TensorType, index: int, opened: Axes) -> TensorType:
    sizes = [
        symbol(f"S{index}_{axis}") if (index, axis) in opened else size
        for axis, size in enumerate(kind.shape)
    ]
    return TensorType(tuple(sizes), kind.dtype)


def _check_bound(op: Op, ins: Types, loose: Verdict, fixed: Verdict, env: dict[str, int]) -> None:
    holds = [holds_for(a, env) for a in loose.assumed]
    accepted = fixed.outs is not None
    assert all(holds) == accepted, f"{env}: {loose.assumed} against {fixed.broken}"
    if loose.outs is None or fixed.outs is None:
        return
    bound = [(tuple(bind(s, env) for s in t.shape), t.dtype) for t in loose.outs]
    assert bound == [(t.shape, t.dtype) for t in fixed.outs]


def _check_open_macs(
    op: Op, ins: Types, loose: Verdict, fixed: Verdict, env: dict[str, int]
) -> None:
    """The cost with open sizes is the cost, once they are put in."""
    if loose.outs is None or fixed.outs is None:
        return
    opened = tuple(
        TensorType(tuple(symbol_or(s, i, a, env) for a, s in enumerate(t.shape)), t.dtype)
        for i, t in enumerate(ins)
    )
    assert bind(op.macs(opened, loose.outs), env) == op.macs(ins, fixed.outs)


def symbol_or(size: Any, index: int, axis: int, env: Mapping[str, int]) -> Any:
    """The symbol of this axis if it is open, else its size."""
    name = f"S{index}_{axis}"
    return symbol(name) if name in env else size


def holds_for(assumption: Assumption, env: dict[str, int]) -> bool:
    """Whether an assumption is true for these sizes."""
    left, right = bind(assumption.left, env), bind(assumption.right, env)
    assert isinstance(left, int)
    assert isinstance(right, int)
    if assumption.kind == "equal":
        return left == right
    return left >= right if assumption.kind == "at_least" else left % right == 0
