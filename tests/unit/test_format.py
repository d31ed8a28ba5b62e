"""The canonical layout, by example. `tests/laws/test_format_laws.py` holds what is true of all."""

from __future__ import annotations

from textwrap import dedent

import pytest

from archc.diag.source import Source
from archc.spec.format import formatted

STYLE = {
    "a node that fits is one line": (
        """
        layers:
            conv:
                op:   Conv2d
                out_channels: 8
            act: {op:   ReLU}
        """,
        """
        layers:
          conv: {op: Conv2d, out_channels: 8}
          act: {op: ReLU}
        """,
    ),
    "blocks, layers and groups take a line an entry": (
        """
        blocks: {Unit: {params: {width: int}, layers: {fc: {op: Linear}, act: ReLU}}}
        layers: [Unit, [ReLU, {layers: [Tanh]}], {a: {b: GELU}}]
        """,
        """
        blocks:
          Unit:
            params: {width: int}
            layers:
              fc: {op: Linear}
              act: ReLU
        layers:
          - Unit
          - - ReLU
            - layers:
                - Tanh
          - a:
              b: GELU
        """,
    ),
    "a change of another file's node is one line": (
        """
        extends: resnet50
        blocks: {Bottleneck: {se: {op: Excite, after: bn3}, add: {from: [se, downsample]}}}
        """,
        """
        extends: resnet50
        blocks:
          Bottleneck: {se: {op: Excite, after: bn3}, add: {from: [se, downsample]}}
        """,
    ),
    "what is too long takes a line an argument": (
        f"""
        layers:
          conv: {{op: Conv2d, out_channels: {"width + " * 12}1, kernel_size: [3, 3]}}
        """,
        f"""
        layers:
          conv:
            op: Conv2d
            out_channels: {"width + " * 12}1
            kernel_size: [3, 3]
        """,
    ),
    "what nests deeper than three is opened": (
        "let: {a: {b: {c: {d: 1}}}}",
        """
        let:
          a: {b: {c: {d: 1}}}
        """,
    ),
    "tables of parameters and rows": (
        """
        params: {depths: [1, 2], widths: [3, 4]}
        let: {few: [[1], [2], [3]], many: [[1], [2], [3], [4], [5], [6]]}
        """,
        """
        params:
          depths: [1, 2]
          widths: [3, 4]
        let:
          few: [[1], [2], [3]]
          many:
            - [1]
            - [2]
            - [3]
            - [4]
            - [5]
            - [6]
        """,
    ),
    "quotes only where they are needed": (
        """
        a: "4 * width"
        "b": 'list[int]'
        c: {d: 'list[int]', e: "max(1, 2)", f: "range(n)"}
        g: ["1", 'null', "", '"x" said', "it's", "no", no]
        h: ~
        i: TRUE
        j: 1e-5
        """,
        """
        a: 4 * width
        b: list[int]
        c: {d: "list[int]", e: "max(1, 2)", f: range(n)}
        g: ["1", "null", "", '"x" said', it's, "no", no]
        h: null
        i: true
        j: 1e-5
        """,
    ),
    "blank lines stay, one at a time, and none where a level starts": (
        """


        a: 1


        layers:

          # own

          b:
            - - ReLU


            - Tanh
        """,
        """
        a: 1

        layers:
          # own

          b:
            - - ReLU

            - Tanh
        """,
    ),
    "comments stay where they are": (
        """
        # top
        params: # head
          a: 1 # first
          # above b
          b: 2

          # foot of params
        # above dims
        dims: {H: 1} # tail
        #end
        """,
        """
        # top
        params:                                     # head
          a: 1                                      # first
          # above b
          b: 2

          # foot of params
        # above dims
        dims: {H: 1}                                # tail
        #end
        """,
    ),
    "comments inside brackets open them": (
        """
        dims: { # sizes
          H: 1, # high
          # wide
          W: 2
        }
        use: {
          a: b # c
        } # d
        """,
        """
        dims:                                       # sizes
          H: 1                                      # high
          # wide
          W: 2
        use:
          a: b                                      # c
          # d
        """,
    ),
    "a comment of a list's item goes above it": (
        """
        layers:
        - # first
          - ReLU
        - # second
          op: ReLU
        # above dims
        dims: {}
        """,
        """
        layers:
          # first
          - - ReLU
          # second
          - {op: ReLU}
        # above dims
        dims: {}
        """,
    ),
    "anchors and aliases": (
        """
        let:
          a: &a {x: 1}
          b: &b
            - *a   # one
            - &c
              y: 1
              # two
          d: [*b, *c]
        """,
        """
        let:
          a: &a {x: 1}
          b: &b
            - *a                                    # one
            - &c
              y: 1
              # two
          d: [*b, *c]
        """,
    ),
    "text of several lines": (
        """
        description: >-   # folded
            some words
            and more
        note: |
           kept

             as it is
        short: two
          lines
        """,
        """
        description: >-                             # folded
          some words
          and more
        note: |
          kept

            as it is
        short: two lines
        """,
    ),
}


@pytest.mark.parametrize("what", STYLE)
def test_style(what: str) -> None:
    before, after = (dedent(text).lstrip("\n") for text in STYLE[what])
    assert formatted(Source("a.yaml", before)) == after
    assert formatted(Source("a.yaml", after)) == after


def test_long_text_keeps_its_lines() -> None:
    words = " ".join(["word"] * 20)
    text = f'description: {words}\n    {words}\nname: "{words}\n\n  {words}"\n'
    assert formatted(Source("a.yaml", text)) == (
        f'description: {words}\n  {words}\nname: "{words}\n\n  {words}"\n'
    )


def test_text_that_has_no_other_form_goes_into_quotes() -> None:
    text = "a: |+\n  x\n\nb: |2\n    y\nc: >\n\n  z\n"
    assert formatted(Source("a.yaml", text)) == 'a: "x\\n\\n"\n\nb: "  y\\n"\nc: "\\nz\\n"\n'


def test_what_goes_into_quotes_fits_a_line() -> None:
    assert formatted(Source("a.yaml", "a:\n  - |+\n\n")) == 'a: ["\\n"]\n'


def test_line_ends_of_windows_go() -> None:
    assert formatted(Source("a.yaml", "a: 1\r\nb: 2  # c\r\n")) == f"a: 1\n{'b: 2':<44}# c\n"
