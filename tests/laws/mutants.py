"""Valid specs with bytes, tokens or lines changed, each from a number."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from random import Random

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
_STRANGE = [
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\t", b"\r", b"\xc2\x85", b"\xe2\x80\xa8",
    b"\x1b[31m", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"'", b'"', b"{", b"[", b"&a ", b"*a", b"!",
    b"---\n", b"#", b": ", b"- ", b"|", b">", b"%", b"@", b"`",
]  # fmt: skip
_WORDS = [
    "-1", "0", "1", "2", "1000000007", "9223372036854775807", "10**30", "1e999", ".nan", ".inf",
    "null", "true", "no", "''", "{}", "[]", "~", "<<", "in", "input", "i", "H", "N", "H // 2",
    "in.channels", "x.shape.-1", "$act", "$gone", "(", ")", "(1 + 2", "[0, 1]", "{op: ReLU}",
    "{op: Conv2d}", "layers", "op", "from", "when", "repeat", "for", "parallel", "shared",
    "inline", "inputs", "outputs", "params", "let", "init", "tie", "after", "before", "use",
    "extends", "dims", "expect", "blocks", "archc", "name", "type", "training", "list", "op",
    "size", "any", "a.b.c", "self", "class", "__init__", "forward", "é", "x{i}", "x{i + 1}", "**",
    "*", "//", "\n", "  ",
]  # fmt: skip


@cache
def _vocabulary(corpus: tuple[str, ...]) -> tuple[str, ...]:
    """Every word of the specs and every strange one."""
    words = {word for text in corpus for word in _TOKEN.findall(text) if not word.isspace()}
    return (*sorted(words), *_WORDS, *_WORDS)


def _bytes(rng: Random, text: str, corpus: tuple[str, ...]) -> bytes:
    data = bytearray(text.encode())
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(data) + 1)
        until = min(len(data), at + rng.choice((0, 1, 1, 2, 8)))
        new = rng.choice((b"", rng.randbytes(1), rng.choice(_STRANGE), bytes(data[at:until]) * 2))
        data[at:until] = new
    return bytes(data)


def _tokens(rng: Random, text: str, corpus: tuple[str, ...]) -> bytes:
    tokens = _TOKEN.findall(text)
    words = [at for at, token in enumerate(tokens) if not token.isspace()]
    for _ in range(rng.choice((1, 1, 2, 3))):
        at, other = rng.choice(words), rng.choice(words)
        tokens[at] = rng.choice(
            ("", rng.choice(_vocabulary(corpus)), tokens[other], tokens[at] * 2)
        )
    return "".join(tokens).encode()


def _lines(rng: Random, text: str, corpus: tuple[str, ...]) -> bytes:
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 2, 3))):
        at, to = rng.randrange(len(lines)), rng.randrange(len(lines) + 1)
        line = lines[at]
        match rng.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(to, line)
            case 2:
                lines.insert(to, rng.choice(rng.choice(corpus).split("\n")))
            case 3:
                lines[at] = "  " + line
            case 4:
                lines[at] = line[2:]
            case 5:
                lines[at] = line[: rng.randrange(len(line) + 1)]
            case _:
                lines.insert(to, lines.pop(at))
        lines = lines or [""]
    return "\n".join(lines).encode()


KINDS: list[Callable[[Random, str, tuple[str, ...]], bytes]] = [_bytes, _tokens, _tokens, _lines]


def mutant(seed: int, corpus: tuple[str, ...]) -> bytes:
    """The mutant of a number."""
    rng = Random(seed)
    return rng.choice(KINDS)(rng, rng.choice(corpus), corpus)
