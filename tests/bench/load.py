"""Sends prepared requests over some connections at once and times each reply; a process of its own.

One thread waits for all connections, so that sending takes as little as possible of the processors that the server
measured needs too.

Standard input: JSON with ``port``, ``connections`` and ``requests`` (whole HTTP requests, base64). Standard output:
JSON with ``seconds`` and the ``latencies`` of the replies (in seconds) by their status.
"""

from __future__ import annotations

import base64
import json
import selectors
import socket
import sys
import time
from collections import defaultdict, deque

WAIT = 60


class _Connection:
    """A kept-open connection; opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._request = self._reply = b""
        self.began = 0.0
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=WAIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        """Send a whole request; its time runs from here."""
        self._request, self._reply, self.began = request, b"", time.perf_counter()
        self.socket.sendall(request)

    def send_again(self) -> None:
        """The same request over a new connection, its time still running."""
        began = self.began
        self.open()
        self.send(self._request)
        self.began = began

    def receive(self) -> str | None:
        """The status of the reply once all of it is here; empty when the server closed the connection before it."""
        part = self.socket.recv(65536)
        if not part:
            return ""
        self._reply += part
        head, found, body = self._reply.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
            return None
        return head[9:12].decode()

    @property
    def is_closing(self) -> bool:
        return b"\r\nconnection: close" in self._reply.partition(b"\r\n\r\n")[0].lower()


def run(port: int, connections: int, requests: list[bytes]) -> dict[str, object]:
    """Send every request once; whichever connection is free takes the next."""
    waiting, latencies = deque(requests), defaultdict[str, list[float]](list)
    opened = [_Connection(port) for _ in range(min(connections, len(requests)))]
    with selectors.DefaultSelector() as ready:
        began = time.perf_counter()
        for connection in opened:
            ready.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(waiting.popleft())
        while ready.get_map():
            for key, _ in ready.select(WAIT) or _too_long():
                _take(ready, key.data, waiting, latencies)
        return {"seconds": time.perf_counter() - began, "latencies": latencies}


def _too_long() -> list[tuple[selectors.SelectorKey, int]]:
    raise TimeoutError(f"no reply in {WAIT} seconds")


def _take(
    ready: selectors.BaseSelector, connection: _Connection, waiting: deque[bytes], latencies: dict[str, list[float]]
) -> None:
    """Take what came for a connection; when its reply is whole, the connection sends the next request."""
    status = connection.receive()
    if status is None:
        return
    if status:
        latencies[status].append(time.perf_counter() - connection.began)
    if not status or connection.is_closing:
        ready.unregister(connection.socket)
        connection.socket.close()
        if not status:
            connection.send_again()
        elif waiting:
            connection.open()
        else:
            return
        ready.register(connection.socket, selectors.EVENT_READ, connection)
    elif not waiting:
        ready.unregister(connection.socket)
    if status and waiting:
        connection.send(waiting.popleft())


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(run(asked["port"], asked["connections"], [base64.b64decode(r) for r in asked["requests"]]), sys.stdout)
