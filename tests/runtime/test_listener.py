"""The listener: a real socket, a real scrape."""

import logging
import socket
import subprocess
import sys
import time
import urllib.request

import obsgen_runtime
import pytest
from obsgen_runtime import PortInUse, initialize_observability, is_observability_enabled
from obsgen_runtime.listener import listen


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
    runtime = {"obsgen_runtime_label_rejected", "obsgen_runtime_value_rejected"}
    assert {name for name in view.families if not name.endswith("_created")} == names | runtime


def test_speaks_openmetrics_when_asked(start):
    """The scraper chooses the format, as with the client's own server."""
    listener = start("hypertool", 0)
    kind, text = fetch(listener.url, "application/openmetrics-text; version=1.0.0")
    assert kind.startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")
    assert fetch(listener.url)[0].startswith("text/plain")


def test_says_that_it_serves_once_it_does(start, caplog):
    """The log names the address, and at that moment the port answers."""
    answered = []

    class Probe(logging.Handler):
        def emit(self, record):
            url = record.getMessage().rpartition(" ")[2]
            answered.append(fetch(url)[0])

    probe = Probe(logging.INFO)
    logger = logging.getLogger("obsgen_runtime")
    logger.addHandler(probe)
    try:
        with caplog.at_level(logging.INFO, logger="obsgen_runtime"):
            listener = start("hypertool", 0)
    finally:
        logger.removeHandler(probe)
    assert caplog.messages == [f"hypertool: serving metrics on http://127.0.0.1:{listener.port}/metrics"]
    assert len(answered) == 1


def test_a_taken_port_is_one_clear_error(start, taken, caplog):
    """Nothing is said to be enabled, and the message says how to find out who holds the port."""
    caplog.set_level(logging.INFO)
    with pytest.raises(
        PortInUse, match=rf"port {taken} on 127.0.0.1 is taken. `ss -ltnp 'sport = :{taken}'` shows by whom"
    ):
        start("hypertool", taken)
    assert not is_observability_enabled()
    assert not any("serving" in message for message in caplog.messages)


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


@pytest.mark.parametrize("port", [-1, 65536, "9464", True, None])
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
