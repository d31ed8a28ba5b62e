"""The page of `archc viz --watch --open`: served to this machine alone, told what changes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archc.cli.serving import EVENTS, Live, Server

SPEC = """\
archc: 1
name: served
input: [N, 3, 8, 8]
layers:
  conv: {op: Conv2d, out_channels: 4, kernel_size: 3}
  act: ReLU
"""
ARCHC = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
from archc.cli.main import run
sys.exit(run())
"""


@pytest.fixture
def live() -> Live:
    made = Live()
    made.show("<p>one {}</p>".format)
    return made


@contextmanager
def asked(
    server: Server, path: str = "/", method: str = "GET", **headers: str
) -> Iterator[HTTPResponse]:
    link = HTTPConnection("127.0.0.1", urlsplit(server.url).port or 0, timeout=20)
    try:
        link.request(method, path, headers=headers)
        yield link.getresponse()
    finally:
        link.close()


def event(answer: HTTPResponse) -> str:
    lines = iter(lambda: answer.readline().decode(), "\n")
    return "".join(lines)


def test_the_page_is_served_with_its_event_source(live: Live) -> None:
    with Server(live) as server, asked(server) as answer:
        assert answer.read() == b"<p>one /events?after=1</p>"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", ""])
def test_who_asks_for_another_host_gets_nothing(live: Live, host: str) -> None:
    with Server(live) as server:
        for path in ("/", EVENTS):
            with asked(server, path, Host=host) as answer:
                assert (answer.status, b"one" in answer.read()) == (403, False)


@pytest.mark.parametrize("path", ["/etc/passwd", "/../../etc/passwd", "/index.html", "*"])
def test_there_are_no_other_paths(live: Live, path: str) -> None:
    with Server(live) as server, asked(server, path) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_but_reading_is_answered(live: Live, method: str) -> None:
    with Server(live) as server, asked(server, method=method) as answer:
        assert answer.status == 501


def test_it_listens_on_the_loopback_address_alone(live: Live) -> None:
    with Server(live) as server:
        assert server.inner.server_address[0] == "127.0.0.1"


def test_changes_are_told_to_all_who_listen_and_problems_with_their_text(live: Live) -> None:
    with Server(live) as server, asked(server, f"{EVENTS}?after=1") as a:
        with asked(server, f"{EVENTS}?after=1") as b:
            live.show("two {}".format)
            assert event(a) == event(b) == "event: reload\ndata: \n"
        live.show("three {}".format, "error: one\n  two")
        assert event(a) == "event: problem\ndata: error: one\ndata:   two\n"


@pytest.mark.parametrize("after", ["0", "", "x", "9" * 30, "-1"])
def test_who_missed_a_change_is_told_at_once(live: Live, after: str) -> None:
    with Server(live) as server, asked(server, f"{EVENTS}?after={after}") as answer:
        assert event(answer).startswith("event: reload")


def test_the_port_is_given_back(live: Live) -> None:
    with Server(live) as server:
        port = urlsplit(server.url).port or 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


class Watched:
    """`archc viz spec.yaml --watch --open`, running."""

    def __init__(self, folder: Path) -> None:
        self.spec = folder / "spec.yaml"
        self.spec.write_text(SPEC, encoding="utf-8")
        browser = folder / "browser"
        browser.write_text('#!/bin/sh\necho "$1" > "$0.opened"\n', encoding="utf-8")
        browser.chmod(0o755)
        self.opened = Path(f"{browser}.opened")
        known = os.environ | {"BROWSER": f"{browser} %s", "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", ARCHC, "viz", "spec.yaml", "--watch", "--open"]
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=known,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self.url = self.until("serving http://").split()[-1]

    def until(self, words: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError("".join(self.said))

    @contextmanager
    def get(self, path: str = "/") -> Iterator[HTTPResponse]:
        link = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            link.request("GET", path)
            yield link.getresponse()
        finally:
            link.close()

    def page(self) -> str:
        with self.get() as answer:
            return answer.read().decode()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.process.kill()
    made.process.wait()
    assert made.process.stdout is not None
    made.process.stdout.close()


def test_a_save_reloads_the_page_and_a_mistake_is_told(watched: Watched) -> None:
    first = watched.page()
    assert 'content="/events?after=1"' in first
    assert "drawn at" in watched.until("Ctrl-C ends it")
    assert watched.opened.read_text(encoding="utf-8").strip() == watched.url
    with watched.get("/events?after=1") as events:
        watched.spec.write_text(SPEC.replace("ReLU", "Relu"), encoding="utf-8")
        told = event(events)
        assert told.startswith("event: problem\ndata: error[E0204]")
        assert "E0204" in watched.until("error[E0204]")
        wrong = watched.page()
        assert "no op or block is called `Relu`" in wrong
        assert "<svg" in wrong
        watched.spec.write_text("layers: [", encoding="utf-8")
        assert event(events).startswith("event: problem\ndata: error[E01")
        assert "error[E01" in watched.page()
        watched.spec.write_text(SPEC.replace("ReLU", "GELU"), encoding="utf-8")
        assert event(events) == "event: reload\ndata: \n"
        assert "GELU" in watched.page()
    assert not any("Traceback" in line for line in watched.said)


def test_ctrl_c_ends_it_cleanly(watched: Watched) -> None:
    watched.until("Ctrl-C ends it")
    with watched.get("/events?after=1"):
        watched.process.send_signal(signal.SIGINT)
        rest, _ = watched.process.communicate(timeout=20)
    assert watched.process.returncode == 130
    assert "Traceback" not in rest
    with pytest.raises(ConnectionRefusedError):
        watched.page()


def test_without_open_the_file_is_drawn_again(tmp_path: Path) -> None:
    spec, drawn = tmp_path / "spec.yaml", tmp_path / "served.svg"
    spec.write_text(SPEC, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "archc", "viz", "spec.yaml", "--watch"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")

    def turn(text: str = "") -> tuple[str, str]:
        if text:
            spec.write_text(text, encoding="utf-8")
        said = ""
        while "Ctrl-C ends it" not in said:
            said += next(lines)
        return said, drawn.read_text(encoding="utf-8")

    try:
        assert "ReLU" in turn()[1]
        assert "GELU" in turn(SPEC.replace("ReLU", "GELU"))[1]
        said, text = turn(SPEC.replace("ReLU", "Relu"))
        assert "error[E0204]" in said
        assert "mark-wrong" in text
        assert "SiLU" in turn(SPEC.replace("ReLU", "SiLU"))[1]
    finally:
        process.kill()
        process.communicate()
