"""Servers that say anything at all, and a real process that serves generated collectors."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time

SERVICE = """
import sys
from hypertool_metrics import HypertoolMetrics
from obsgen_runtime import initialize_observability
metrics = HypertoolMetrics()
exec(sys.argv[1])
print(initialize_observability(service_name="hypertool-demo", prometheus_port=0).url, flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def process(environment, code="pass", service=SERVICE):
    """Run a service in a process of its own, with *code* after its collectors were made; gives its URL."""
    started = subprocess.Popen(
        [sys.executable, "-c", service, code], env=environment, stdin=-1, stdout=-1, stderr=-1, text=True
    )
    with started:
        try:
            yield started.stdout.readline().strip()
        finally:
            started.stdin.close()
            assert started.wait(20) == 0, started.stderr.read()


@contextlib.contextmanager
def speaking(*pieces, pause=0.0, forever=None):
    """Answer every connection with *pieces*, slowly if there is a *pause*, then with *forever* without end; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer(connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            connection.recv(65_536)
            for piece in pieces:
                connection.sendall(piece)
                over.wait(pause)
            while forever is not None and not over.is_set():
                connection.sendall(forever)
                over.wait(pause)

    def serve():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def http(body, kind="text/plain; version=0.0.4", status="200 OK", extra=""):
    """Return an HTTP answer as bytes."""
    raw = body if isinstance(body, bytes) else body.encode()
    named = f"Content-Type: {kind}\r\n" if kind else ""
    return f"HTTP/1.1 {status}\r\n{named}{extra}Content-Length: {len(raw)}\r\n\r\n".encode() + raw


def elapsed(work):
    """Return what *work* returns, and how many seconds it took."""
    began = time.monotonic()
    return work(), time.monotonic() - began
