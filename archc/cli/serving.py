"""A page on this machine's own address, which reloads when there is a new one.

It is for one person who edits a spec: it listens on the loopback address alone, on a port that the
system chooses, answers only to its own name, and serves one page from memory and no file.
"""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

EVENTS = "/events"
ALIVE = 15.0
"""Seconds of silence before a sign of life, which also finds out who has left."""
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Live:
    """What is served now. Each change has a number, which a page carries in its event source."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.changed = Condition()
        self.number = 0
        self.page = b""
        self.problem = ""

    def show(self, page: Callable[[str], str], problem: str = "") -> None:
        """Serve what `page` makes for an event source.

        With a `problem` pages that are open stay as they are and tell it.
        """
        number = self.number + 1
        made = page(f"{EVENTS}?after={number}").encode(errors="replace")
        with self.changed:
            self.number, self.page, self.problem = number, made, problem
            self.changed.notify_all()

    def next(self, number: int) -> tuple[int, str, str] | None:
        """The next change after a number as an event's name and text; None after a while."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.number > number, ALIVE):
                return None
            return self.number, "problem" if self.problem else "reload", self.problem


class Server:
    """The server of a `Live`, running while it is entered; `url` is where."""

    def __init__(self, live: Live) -> None:
        """Take a port."""
        self.inner = _Server(("127.0.0.1", 0), _Handler)
        self.inner.live = live
        self.url = f"http://127.0.0.1:{self.inner.server_port}/"

    def __enter__(self) -> Self:
        """Start to answer."""
        Thread(target=self.inner.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, and give the port back."""
        self.inner.shutdown()
        self.inner.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    live: Live

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that went away is nobody's mistake."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """The page, or its events."""
        if self.headers.get("Host") not in self._names():
            self._answer(HTTPStatus.FORBIDDEN, b"this server answers to its own address only\n")
            return
        where = urlsplit(self.path)
        if where.path == "/":
            self._answer(HTTPStatus.OK, self.server.live.page, "text/html; charset=utf-8")
        elif where.path == EVENTS:
            self._events(parse_qs(where.query).get("after", ["0"])[0])
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"there is one page here: /\n")

    def _names(self) -> set[str]:
        return {f"{name}:{self.server.server_port}" for name in ("127.0.0.1", "localhost")}

    def _answer(
        self, status: HTTPStatus, body: bytes, kind: str = "text/plain; charset=utf-8"
    ) -> None:
        self._start(status, kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _start(self, status: HTTPStatus, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in _HEADERS.items():
            self.send_header(name, value)

    def _events(self, after: str) -> None:
        """Tell what changes after a number, for as long as somebody listens."""
        number = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
        self._start(HTTPStatus.OK, "text/event-stream")
        self.end_headers()
        while True:
            found = self.server.live.next(number)
            if found is not None:
                number, name, text = found
                lines = "".join(f"data: {line}\n" for line in text.split("\n"))
                self.wfile.write(f"event: {name}\n{lines}\n".encode(errors="replace"))
            else:
                self.wfile.write(b": alive\n\n")
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Requests are no news."""
