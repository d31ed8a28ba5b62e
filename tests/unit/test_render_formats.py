"""Diagnostics for machines: JSON, GitHub's annotations, SARIF, one line each."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.diag.fix import Edit, Fix, replacing
from archc.diag.render import FORMATS, render
from archc.diag.source import Span
from archc.schema import diagnostics_schema

HERE = Span("specs/mine.yaml", 12, 28, 12, 30)
THERE = Span("specs/base.yaml", 8, 5, 9, 2)


def finding(message: str = "does not fit", span: Span = HERE) -> Diagnostic:
    return Diagnostic(
        codes.CHANNELS,
        message,
        Label(span, "expects 32"),
        (Label(THERE, "outputs 64"),),
        help="write 64",
        notes=("in block `Stem`",),
        fix=replacing(span, "64"),
        path="stem.conv2",
    )


def test_json_has_exactly_the_promised_keys_and_values() -> None:
    (data,) = json.loads(render([finding()], {}, "json"))["diagnostics"]
    promised = {
        "code": "E0401",
        "severity": "error",
        "message": "does not fit",
        "help": "write 64",
        "file": "specs/mine.yaml",
        "line": 12,
        "column": 28,
        "end_line": 12,
        "end_column": 30,
        "path": "stem.conv2",
    }
    assert {key: data[key] for key in promised} == promised
    assert data["labels"] == [
        {
            "file": "specs/base.yaml",
            "line": 8,
            "column": 5,
            "end_line": 9,
            "end_column": 2,
            "message": "outputs 64",
        }
    ]


@pytest.mark.parametrize("diagnostics", [[], [finding()], [finding("\ud800 \x1b")]])
def test_json_follows_its_schema(diagnostics: list[Diagnostic]) -> None:
    text = render(diagnostics, {}, "json")
    assert text.isascii()
    jsonschema.validate(json.loads(text), diagnostics_schema())


def test_github_annotates_ten_and_counts_all() -> None:
    many = [finding(f"wrong {n}") for n in range(134)]
    *annotations, last = render(many, {}, "github").split("\n")
    assert len(annotations) == 10
    assert last == "found 134 errors, 124 of them not annotated"
    assert annotations[0].startswith(
        "::error file=specs/mine.yaml,line=12,endLine=12,col=28,endColumn=29,title=E0401%3A "
    )


def test_github_escapes_what_would_end_a_command() -> None:
    odd = Span("a,b:c.yaml", 1, 1, 2, 1)
    line, _ = render([finding("100% wrong\nreally", odd)], {}, "github").split("\n")
    assert "file=a%2Cb%3Ac.yaml,line=1,endLine=2,title=" in line
    assert line.endswith("::100%25 wrong%0Areally%0Ahelp: write 64")


def test_concise_is_one_line_each() -> None:
    assert render([finding("a\nb"), finding("c")], {}, "concise").split("\n") == [
        "specs/mine.yaml:12:28: error[E0401]: a b",
        "specs/mine.yaml:12:28: error[E0401]: c",
    ]


def test_sarif_says_where_and_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    absolute = Span(str(tmp_path / "a b.yaml"), 1, 1, 1, 4)
    log = json.loads(render([finding(), finding(span=absolute)], {}, "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    uris = {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]
    }
    assert uris == {"specs/mine.yaml", "a%20b.yaml"}
    result = next(r for r in run["results"] if r["ruleId"] == "E0401")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "E0401"
    (related,) = result["relatedLocations"]
    assert related["message"]["text"] == "outputs 64"
    assert related["physicalLocation"]["region"] == {
        "startLine": 8,
        "startColumn": 5,
        "endLine": 9,
        "endColumn": 2,
    }


SARIF = json.loads((Path(__file__).parents[1] / "facts" / "sarif-schema-2.1.0.json").read_text())
RANGE = Span("base.yaml", 3, 1, 4, 1)


@pytest.mark.parametrize(
    "diagnostics",
    [
        [],
        [finding()],
        [finding("\ud800 \x1b", Span("\udcff a%b#c?.yaml", 1, 1, 1, 1))],
        [
            Diagnostic(codes.UNUSED_NODE, "", Label(RANGE)),
            Diagnostic(
                codes.UNKNOWN_KEY,
                "two files",
                Label(HERE, "x"),
                (Label(RANGE), Label(HERE, "x")),
                fix=Fix(
                    (Edit(HERE, "new"), Edit(RANGE, ""), Edit(THERE, "x")), "move it", certain=True
                ),
            ),
        ],
        [Diagnostic(code, "told", Label(HERE)) for code in codes.ALL.values()],
        [Diagnostic(codes.SET_UNKNOWN, "m", Label(Span("--set a", 1, 1, 1, 2)))],
    ],
)
def test_sarif_follows_the_official_schema(diagnostics: list[Diagnostic]) -> None:
    log = json.loads(render(diagnostics, {}, "sarif"))
    assert log["$schema"] == SARIF["id"]
    validator = jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(log)] == []


def test_sarif_fixes_are_replacements_by_file() -> None:
    fix = Fix((Edit(HERE, "64"), Edit(THERE, "")), "write 64, drop the rest", certain=True)
    found = Diagnostic(codes.CHANNELS, "m", Label(HERE), fix=fix)
    (run,) = json.loads(render([found], {}, "sarif"))["runs"]
    (told,) = run["results"][0]["fixes"]
    assert told["description"]["text"] == "write 64, drop the rest"
    mine, base = told["artifactChanges"]
    assert mine["artifactLocation"]["uri"] == "specs/mine.yaml"
    assert mine["replacements"] == [
        {
            "deletedRegion": {"startLine": 12, "startColumn": 28, "endLine": 12, "endColumn": 30},
            "insertedContent": {"text": "64"},
        }
    ]
    assert "insertedContent" not in base["replacements"][0]


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_takes_any_diagnostics(to: str) -> None:
    odd = finding("\ud800 \x1b[2J", Span("\udcff.yaml", 1, 1, 1, 1))
    assert isinstance(render([], {}, to), str)  # type: ignore[arg-type]
    assert "E0401" in render([odd, odd], {}, to)  # type: ignore[arg-type]
