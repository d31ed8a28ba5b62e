"""What a node may be called, and keys that expressions complete (`denselayer{i + 1}`)."""

from __future__ import annotations

import keyword
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label, nearest
from archc.diag.misspelt import another_name
from archc.lower.reading import evaluate_text, expression_failed
from archc.spec.expr import Absorbed, ExprError, names, parse
from archc.spec.tree import Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.lower.layers import Layers
    from archc.lower.scope import Scope
    from archc.spec.report import Report
    from archc.spec.tree import Map

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[^\W\d][\w-]*|\d+")
_BLOCK = re.compile(r"\w[\w-]*")
MAX_NAME = 100

MODULE_ATTRIBUTES = frozenset(
    [
        "T_destination",
        "add_module",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "ipu",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    ]
)
"""The public attributes of `torch.nn.Module`, which would silently shadow a child so named."""


def uses_own_loop(key: str | None, variables: frozenset[str]) -> bool:
    """Whether a key names the copies themselves: an expression in it reads the node's own loop."""
    if key is None or "{" not in key:
        return False
    for text in _TEMPLATE.findall(key):
        try:
            if names(parse(text)) & variables:
                return True
        except ExprError:
            return False
    return False


def fill_name(key: str, scope: Scope, span: Span) -> str:
    """The key with its expressions replaced by their values."""
    if "{" not in key and "}" not in key:
        return key
    parts: list[str] = []
    end = 0
    for match in _TEMPLATE.finditer(key):
        parts += [key[end : match.start()], _value(match[1], scope, span, match.start(1))]
        end = match.end()
    name = "".join([*parts, key[end:]])
    if "{" in name or "}" in name:
        text = f"the key `{key}` has a brace without its partner"
        scope.report.error(codes.TEMPLATE_KEY, text, span)
        raise Absorbed
    return name


def check_loop_key(key: str, args: Map, scope: Scope) -> None:
    """Report a misspelt `repeat` or `for` where the node's key counts its copies."""
    if not uses_own_loop(key, frozenset({"i"})) or scope.has("i"):
        return
    for name in args.items:
        near = nearest(name, ("repeat", "for"))
        if near:
            text, help = f"a node has no key `{name}`", f"did you mean `{near}`?"
            scope.report.error(codes.UNKNOWN_KEY, text, args.keys[name], help=help)
            raise Absorbed


def _value(text: str, scope: Scope, span: Span, at: int) -> str:
    inside = span.within(at, at + len(text))
    if not text.strip():
        said, help = "nothing stands between these braces", "an expression does: `{i}`"
        scope.report.error(codes.TEMPLATE_KEY, said, span.within(at - 1, at + 1), help=help)
        raise Absorbed
    tree = Scalar(text, inside)
    try:
        parse(text)
    except ExprError as problem:
        raise expression_failed(scope, tree, problem) from None
    value = evaluate_text(tree, scope)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    message = f"a key is completed by an integer or a word, not {value}"
    scope.report.error(codes.TEMPLATE_KEY, message, inside)
    raise Absorbed


def check_name(name: str, layers: Layers, span: Span) -> None:
    """Refuse names that a module cannot have, and a second node of the same name."""
    report = layers.scope.report
    wrong = _wrong(name)
    if wrong:
        text = f"a node cannot be called `{name[:40]}`: {wrong}"
        braced = re.sub(r"\$\{?(\w+)\}?", r"{\1}", name)
        help = (
            f"an expression in a key has braces: `{braced}`"
            if braced != name
            else _other(name, layers)
        )
        if name.startswith("self."):
            help = f"names go without `self.`: `{name.removeprefix('self.')}`"
        report.error(codes.BAD_NAME, text, span, help=help)
        raise Absorbed
    if name in layers.names and not layers.names[name].unknown:
        text, first = f"a second node is called `{name}`", layers.names[name].span
        help = f"let the loop complete the key, as in `{name}{{i}}`"
        also = (Label(first, "the first is here"),) if first != span else ()
        report.error(codes.DUPLICATE_NODE, text, span, also=also, help=help)
        raise Absorbed


def _other(name: str, layers: Layers) -> str:
    """The help for a name that a node cannot have: one that is near, if it is good and free."""
    plain = re.sub(r"[^\w-]+", "_", name).strip("_")
    return another_name((plain, f"{plain}_"), lambda n: not _wrong(n) and n not in layers.names)


@lru_cache(maxsize=4096)
def _wrong(name: str) -> str:
    if len(name) > MAX_NAME:
        return f"it is longer than {MAX_NAME} characters"
    if name in {"input", "in"}:
        return "the word means what flows in"
    if name in MODULE_ATTRIBUTES:
        return "every `nn.Module` has an attribute of that name"
    if keyword.iskeyword(name):
        return "it is a word of Python"
    if name[:1].isdecimal() and not name.isdecimal():
        return "a name begins with a letter"
    if not _NAME.fullmatch(name):
        return "a name is letters, digits, `_` and `-`"
    if name.startswith("_"):
        return "names that begin with `_` belong to torch"
    return ""


def check_block_name(name: str, span: Span, report: Report) -> bool:
    """Whether a block, or a file in `use`, may have this name; reported if not."""
    if _BLOCK.fullmatch(name) and len(name) <= MAX_NAME:
        return True
    text = f"a block cannot be called `{name[:40]}`"
    help = "it becomes a class: use letters, digits, `_` and `-`"
    report.error(codes.BAD_NAME, text, span, help=help)
    return False
