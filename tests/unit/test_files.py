"""Opening files, and which paths a spec may name."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from archc.diag import codes
from archc.diag.codes import Code
from archc.spec.chain import read_spec
from archc.spec.files import FileProblem, project_root, read, resolve
from archc.spec.report import Report


def refused(path: Path) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        read(path)
    return caught.value


def test_text_is_read_as_utf8(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes("\ufeffa: é\r\nb: 1\n".encode())
    source = read(file)
    assert (source.file, source.text) == (str(file), "a: é\r\nb: 1\n")
    assert source.lines == ("a: é", "b: 1", "")


def test_a_missing_file_is_told_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / "resnet50.yaml").write_text("a: 1")
    found = refused(tmp_path / "resnet5O.yaml")
    assert (found.code, found.help) == (codes.FILE_MISSING, "did you mean `resnet50.yaml`?")
    assert refused(tmp_path / "nowhere" / "x.yaml").help == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: \xff", "byte 3"),
        (b"\xff\xfea\0:\0", "UTF-16"),
        (b"a: \xed\xa0\x80", "byte 3"),
    ],
)
def test_other_encodings_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    found = refused(file)
    assert found.code is codes.NOT_UTF8
    assert message in found.message


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    with file.open("wb") as out:
        out.truncate(10 * 2**30)
    assert refused(file).code is codes.TOO_LARGE


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path).code is codes.FILE_MISSING
    assert refused(Path("a\0b.yaml")).code is codes.FILE_MISSING
    assert refused(tmp_path / ("x" * 5000)).code is codes.FILE_MISSING
    if Path("/dev/zero").exists():
        assert refused(Path("/dev/zero")).code is codes.FILE_MISSING


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are not files there")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    pipe = tmp_path / "a.yaml"
    os.mkfifo(pipe)
    found: list[FileProblem] = []
    reader = threading.Thread(target=lambda: found.append(refused(pipe)), daemon=True)
    reader.start()
    reader.join(timeout=20)
    assert [one.message for one in found] == [f"`{pipe}` is not a regular file"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a file outside it, and links of all kinds."""
    root = tmp_path / "project"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("s: 1")
    for name in ("ok.yaml", "sub/deep.yml", "notes.txt"):
        (root / name).write_text("a: 1")
    links = {
        "out.yaml": "../secret.yaml",
        "in.yaml": "ok.yaml",
        "loop.yaml": "loop.yaml",
        "up": "..",
        "notes.yaml": "notes.txt",
        "zero.yaml": "/dev/zero",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    return root


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("ok.yaml", "ok.yaml"),
        ("./ok.yaml", "ok.yaml"),
        ("sub/../ok.yaml", "ok.yaml"),
        ("sub/deep.yml", "sub/deep.yml"),
        ("in.yaml", "in.yaml"),
    ],
)
def test_paths_inside_the_project_are_found(project: Path, ref: str, found: str) -> None:
    assert resolve(project, project, ref) == project / found


@pytest.mark.parametrize("target", ["../secret.yaml", "/dev/zero", "nowhere.yaml"])
def test_a_link_that_changes_after_it_was_resolved_leads_nowhere(
    project: Path, target: str
) -> None:
    found = resolve(project, project, "in.yaml")
    assert read(found, project).text == "a: 1"
    found.unlink()
    found.symlink_to(target)
    with pytest.raises(FileProblem):
        read(found, project)


def test_a_link_that_changes_while_it_is_read_gives_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leads out when it is opened, and in again when it is looked at."""
    link = project / "in.yaml"
    opened = os.open

    def swapping(path: Path, flags: int) -> int:
        link.unlink()
        link.symlink_to("../secret.yaml")
        number = opened(path, flags)
        link.unlink()
        link.symlink_to("ok.yaml")
        return number

    monkeypatch.setattr(os, "open", swapping)
    with pytest.raises(FileProblem, match="was replaced while it was read"):
        read(link, project)


def test_a_spec_that_names_a_link_is_told_where(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place that names the file is where it is told."""
    (project / "main.yaml").write_text("extends: in.yaml\n")
    monkeypatch.setattr("archc.spec.files._is_inside", lambda *_: False)
    report = Report()
    assert read_spec(project / "main.yaml", report) is None
    (told,) = report.sorted()
    assert (told.code, told.primary.span.line) == (codes.FILE_OUTSIDE, 1)


def test_a_file_in_a_folder_may_name_one_above_it_in_the_project(project: Path) -> None:
    assert resolve(project / "sub", project, "../ok.yaml") == project / "ok.yaml"


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("../secret.yaml", codes.FILE_OUTSIDE),
        ("up/secret.yaml", codes.FILE_OUTSIDE),
        ("out.yaml", codes.FILE_OUTSIDE),
        ("zero.yaml", codes.FILE_OUTSIDE),
        ("notes.yaml", codes.FILE_OUTSIDE),
        ("notes.txt", codes.FILE_OUTSIDE),
        ("/etc/passwd.yaml", codes.FILE_OUTSIDE),
        ("~root/x.yaml", codes.FILE_OUTSIDE),
        ("http://host/x.yaml", codes.FILE_OUTSIDE),
        ("file:x.yaml", codes.FILE_OUTSIDE),
        ("C:\\x.yaml", codes.FILE_OUTSIDE),
        ("C:x.yaml", codes.FILE_OUTSIDE),
        ("sub\\deep.yaml", codes.FILE_OUTSIDE),
        ("loop.yaml", codes.FILE_MISSING),
        ("nope.yaml", codes.FILE_MISSING),
        ("ok.yaml/x.yaml", codes.FILE_MISSING),
        ("", codes.FILE_MISSING),
        ("a\0b.yaml", codes.FILE_MISSING),
        ("a\nb.yaml", codes.FILE_MISSING),
        ("x" * 5000 + ".yaml", codes.FILE_MISSING),
    ],
)
def test_other_paths_are_refused(project: Path, ref: str, code: Code) -> None:
    with pytest.raises(FileProblem) as caught:
        resolve(project, project, ref)
    assert caught.value.code is code
    assert len(caught.value.message) < 300


def test_the_root_is_the_nearest_marked_folder(tmp_path: Path) -> None:
    inner = tmp_path / "repo" / "specs" / "deep"
    inner.mkdir(parents=True)
    file = inner / "a.yaml"
    (tmp_path / "repo" / ".git").mkdir()
    assert project_root(file) == tmp_path / "repo"
    (tmp_path / "repo" / "specs" / "archc.toml").touch()
    assert project_root(file) == tmp_path / "repo" / "specs"


def test_without_a_mark_the_root_is_the_folder_of_the_file(tmp_path: Path) -> None:
    if any((parent / ".git").exists() for parent in tmp_path.parents):
        pytest.skip("the temporary folder lies in a project")
    assert project_root(tmp_path / "a.yaml") == tmp_path
