"""The listener: a real socket, a real scrape."""

import contextlib
import gzip
import logging
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import obsgen_runtime
import pytest
from obsgen_runtime import PortInUse, initialize_observability, is_observability_enabled
from obsgen_runtime._generated import DESCRIPTORS as OWN
from obsgen_runtime.listener import listen
from obsgen_runtime.server import CONNECTIONS_AT_MOST


@pytest.fixture
def start(registry):
    """Start the process default and stop it after the test."""
    started = []

    def start(*arguments, **options):
        listener = initialize_observability(*arguments, **{"registry": registry, **options})
        started.append(listener)
        return listener

    yield start
    for listener in started:
        assert listener.shutdown()


@pytest.fixture
def taken():
    """Return a port on which somebody else listens."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def fetch(url, accept=""):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=5) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def test_serves_what_is_recorded(start, hypertool, registry, read_exposition):
    """A scrape of the returned address shows the generated collectors and the runtime's own, and nothing else."""
    hypertool.HypertoolMetrics(registry).hypertool_persona_token_budget_remaining.set(-5, persona="data-scientist")
    listener = start("hypertool", 0)
    view = read_exposition(fetch(listener.url)[1])
    assert view.value("hypertool_persona_token_budget_remaining", persona="data-scientist") == -5
    names = {each.name.removesuffix("_total") for each in hypertool.DESCRIPTORS}
    runtime = {each.name.removesuffix("_total") for each in OWN}
    assert {name for name in view.families if not name.endswith("_created")} <= names | runtime
    assert names <= view.families.keys()


def test_speaks_openmetrics_when_asked(start):
    """The scraper chooses the format, as with the client's own server."""
    listener = start("hypertool", 0)
    kind, text = fetch(listener.url, "application/openmetrics-text; version=1.0.0")
    assert kind.startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")
    assert fetch(listener.url)[0].startswith("text/plain")


def test_says_that_it_serves_once_it_does(start, caplog):
    """One line says which signals are live and why others are not, and at that moment the port answers."""
    answered = []

    class Probe(logging.Handler):
        def emit(self, record):
            answered.extend(fetch(url)[0] for url in re.findall(r"http://[\w.:/]+", record.getMessage()))

    probe = Probe(logging.INFO)
    logger = logging.getLogger("obsgen_runtime")
    logger.addHandler(probe)
    try:
        with caplog.at_level(logging.INFO, logger="obsgen_runtime"):
            listener = start("hypertool", 0)
    finally:
        logger.removeHandler(probe)
    assert caplog.messages == [
        f"hypertool: metrics live (http://127.0.0.1:{listener.port}/metrics), "
        "tracing off (no LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY, no OTEL_EXPORTER_OTLP_ENDPOINT)"
    ]
    assert len(answered) == 1


def test_a_taken_port_is_one_clear_error(start, taken, caplog):
    """Nothing is said to be enabled, and the message says how to find out who holds the port."""
    caplog.set_level(logging.INFO)
    with pytest.raises(
        PortInUse, match=rf"port {taken} on 127.0.0.1 is taken. `ss -ltnp 'sport = :{taken}'` shows by whom"
    ):
        start("hypertool", taken)
    assert not is_observability_enabled()
    assert not any("live" in message for message in caplog.messages)


def test_a_port_that_somebody_shares_is_taken(start):
    """A listener that would share its port is not joined: a scrape would reach either process by chance."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(PortInUse):
            start("hypertool", holder.getsockname()[1])


def test_fallback_ports(start, taken):
    """With ports to fall back to, the first free one is used and returned."""
    listener = start("hypertool", taken, fallback_ports=(taken, 0))
    assert listener.port not in (0, taken)
    assert fetch(listener.url)[0].startswith("text/plain")


def test_a_second_call_is_harmless(start):
    """The same call again returns the same live listener, also where it asked for any free port."""
    assert start("hypertool", 0) is start("hypertool", 0)


def test_a_second_call_with_other_settings_is_refused(start):
    """Two wishes for one process are a mistake, and the message names the listener that runs."""
    listener = start("hypertool", 0)
    with pytest.raises(RuntimeError, match=f"hypertool already serves metrics on {listener.url} with other settings"):
        start("bakery", 0)
    assert is_observability_enabled()


def test_enabled_means_live(start):
    """`is_observability_enabled` is true from the return of `initialize_observability` until shutdown."""
    assert not is_observability_enabled()
    listener = start("hypertool", 0)
    assert is_observability_enabled()
    assert listener.shutdown()
    assert not is_observability_enabled()
    with pytest.raises(OSError, match="refused"):
        fetch(listener.url)


def test_starts_again_after_shutdown(start):
    """After shutdown the port is free, for another or for the same settings."""
    first = start("hypertool", 0)
    port = first.port
    first.shutdown()
    assert start("hypertool", port).port == port


def test_shutdown_keeps_its_deadline_and_can_be_repeated(start):
    """A client that connects and never asks does not hold up the end."""
    listener = start("hypertool", 0)
    with socket.create_connection((listener.host, listener.port)):
        started = time.monotonic()
        assert listener.shutdown(2.0)
        assert listener.shutdown(2.0)
        assert time.monotonic() - started < 2.5
    listener.shutdown(0.0)


def test_a_forked_child_does_not_claim_to_serve(child_environment):
    """The thread that serves stays with the parent, so in the child nothing is enabled, and shutdown does not hang."""
    code = """
import os, sys, time
from obsgen_runtime import initialize_observability, is_observability_enabled
listener = initialize_observability("hypertool", 0)
child = os.fork()
if child == 0:
    started = time.monotonic()
    told = is_observability_enabled()
    stopped = listener.shutdown()
    os._exit(0 if not told and stopped and time.monotonic() - started < 1 else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), is_observability_enabled())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=child_environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "0 True"


def test_ipv6_addresses_are_bracketed(registry):
    """The address of an IPv6 listener is a URL."""
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        listener = listen("hypertool", registry, "::1", (0,))
    except OSError:
        pytest.skip("no IPv6 loopback here")
    assert listener.url == f"http://[::1]:{listener.port}/metrics"
    assert fetch(listener.url)[0].startswith("text/plain")
    assert listener.shutdown()


@pytest.mark.parametrize("port", [-1, 65536, "94.64", True, 9464.0])
def test_impossible_ports(start, port):
    """A port that cannot be is refused before anything is bound."""
    with pytest.raises(ValueError, match="is not a port: give a whole number between 0 and 65535"):
        start("hypertool", port)


def test_a_service_without_a_name(start):
    """The service has to be named."""
    with pytest.raises(ValueError, match="service_name is empty"):
        start("")


def test_a_foreign_address(start):
    """An address that is not ours is the operating system's error, not a taken port."""
    with pytest.raises(OSError, match="assign requested address") as caught:
        start("hypertool", 1, host="203.0.113.1")
    assert not isinstance(caught.value, PortInUse)


def test_the_default_serves_this_machine_only():
    """Unless told otherwise, nobody outside this machine can read the metrics."""
    assert obsgen_runtime.initialize_observability.__kwdefaults__["host"] == "127.0.0.1"


def raw(listener, lines):
    """Return the whole answer to one request, as it is on the wire."""
    with socket.create_connection((listener.host, listener.port), timeout=5) as client:
        client.sendall(lines.encode() + b"\r\n\r\n")
        answer = b""
        while part := client.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_only_reads(start, method):
    """Nobody can change anything through the page."""
    assert raw(start("hypertool", 0), f"{method} /metrics HTTP/1.0").startswith(b"HTTP/1.0 405 ")


def test_head_other_paths_and_gzip(start):
    """HEAD has no body, other paths are not there, and gzip comes when it is asked for."""
    listener = start("hypertool", 0)
    assert raw(listener, "HEAD /metrics HTTP/1.0").endswith(b"\r\n\r\n")
    assert raw(listener, "GET /secrets HTTP/1.0").startswith(b"HTTP/1.0 404 ")
    body = raw(listener, "GET /metrics HTTP/1.0\r\nAccept-Encoding: br, gzip").partition(b"\r\n\r\n")[2]
    assert b"# TYPE obsgen_runtime_label_rejected_total counter" in gzip.decompress(body)


def test_names_pick_series_and_strange_accept_headers_are_harmless(start):
    """`name[]` restricts what is shown; an impossible version in the Accept header gives the plain format."""
    listener = start("hypertool", 0)
    text = fetch(f"{listener.url}?name[]=obsgen_runtime_llm_calls_total", "application/openmetrics-text; version=x")[1]
    assert "obsgen_runtime_llm_calls_total 0.0" in text
    assert "label_rejected" not in text


def test_slow_clients_do_not_keep_others_out(registry):
    """Clients that never finish their request take a bounded number of threads, and a scrape is answered at once."""
    listener = listen("hypertool", registry, "127.0.0.1", (0,))
    clients = [socket.create_connection((listener.host, listener.port)) for _ in range(100)]
    try:
        for client in clients:
            with contextlib.suppress(OSError):
                client.send(b"GET /metrics HT")
        started = time.monotonic()
        assert fetch(listener.url)[0].startswith("text/plain")
        assert time.monotonic() - started < 2
        time.sleep(0.2)
        assert sum("process_request" in each.name for each in threading.enumerate()) <= CONNECTIONS_AT_MOST + 2
    finally:
        for client in clients:
            client.close()
        assert listener.shutdown()


def test_a_client_that_trickles_is_cut_off(registry):
    """A byte now and then does not keep a connection open beyond its time."""
    listener = listen("hypertool", registry, "127.0.0.1", (0,), seconds_per_connection=0.5)
    started = time.monotonic()
    broken_off = pytest.raises((BrokenPipeError, ConnectionResetError))
    try:
        with socket.create_connection((listener.host, listener.port), timeout=5) as client, broken_off:
            while time.monotonic() - started < 5:
                client.sendall(b"G")
                time.sleep(0.1)
        assert time.monotonic() - started < 3
    finally:
        listener.shutdown()


def test_a_folder_that_is_missing(registry, monkeypatch, tmp_path):
    """In multiprocess mode the folder has to be there, and the error says so before anything is bound."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "gone"))
    with pytest.raises(ValueError, match="gone' is no folder: create it"):
        listen("hypertool", registry, "127.0.0.1", (0,))
