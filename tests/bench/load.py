"""Sends prepared requests over some connections at once and times each reply; a process of its own.

Standard input: JSON with ``port``, ``connections`` and ``requests`` (whole HTTP requests, base64). Standard output:
JSON with ``seconds`` and the ``latencies`` of the replies (in seconds) by their status.
"""

from __future__ import annotations

import base64
import json
import socket
import sys
import threading
import time
from collections import defaultdict, deque

WAIT = 60


class _Connection:
    """A kept-open connection; opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> str:
        """The status of the reply, which is read to its end."""
        self.socket.sendall(request)
        reply = self.socket.recv(65536)
        if not reply:
            self._open()
            return self.send(request)
        head, _, body = reply.partition(b"\r\n\r\n")
        headers = head.lower()
        length = int(headers.partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self.socket.recv(65536)
        if b"connection: close" in headers:
            self.socket.close()
            self._open()
        return head[9:12].decode()


def run(port: int, connections: int, requests: list[bytes]) -> dict[str, object]:
    """Send every request once; whoever is free takes the next."""
    waiting, latencies = deque(requests), defaultdict[str, list[float]](list)
    opened = [_Connection(port) for _ in range(connections)]

    def work(connection: _Connection) -> None:
        while True:
            try:
                request = waiting.popleft()
            except IndexError:
                return
            began = time.perf_counter()
            status = connection.send(request)
            latencies[status].append(time.perf_counter() - began)

    threads = [threading.Thread(target=work, args=(connection,)) for connection in opened]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"seconds": time.perf_counter() - began, "latencies": latencies}


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(run(asked["port"], asked["connections"], [base64.b64decode(r) for r in asked["requests"]]), sys.stdout)
