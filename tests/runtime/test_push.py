"""Commands that end before anybody scrapes them deliver at the end, whatever happens."""

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from obsgen_runtime import PersonaMetricsCollector, push_metrics, short_lived, write_textfile
from prometheus_client import REGISTRY


@pytest.fixture
def gateway():
    """Keep what is pushed; answers 200, or what `status` says."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.pushed.append((self.path, body.decode()))
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.pushed, server.status, server.url = [], 200, f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def faults(hook):
    return REGISTRY.get_sample_value("obsgen_runtime_hook_faults_total", {"hook": hook}) or 0


def test_pushes_what_was_recorded(gateway, hypertool, registry):
    """The group on the gateway holds the metrics of this process."""
    hypertool.HypertoolMetrics(registry)
    assert push_metrics(gateway.url, "nightly", registry=registry, grouping={"instance": "a"})
    ((path, body),) = gateway.pushed
    assert path == "/metrics/job/nightly/instance/a"
    assert 'hypertool_persona_token_budget_remaining{persona="data-scientist"} 1700.0' in body


def test_a_gateway_that_refuses_or_is_away(gateway, registry):
    """A push that fails is False and counted, and raises nothing."""
    before = faults("push")
    gateway.status = 500
    assert not push_metrics(gateway.url, "nightly", registry=registry)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert not push_metrics(f"http://127.0.0.1:{free.getsockname()[1]}", "nightly", registry=registry)
    assert faults("push") == before + 2


def test_a_gateway_that_never_answers(registry):
    """The deadline holds."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert not push_metrics(url, "nightly", registry=registry, deadline_seconds=0.3)
        assert time.monotonic() - started < 1
        time.sleep(0.2)  # the thread that was left behind ends with its own timeout


def test_a_gateway_that_trickles(registry):
    """The deadline is for all of it: a gateway that sends a byte now and then does not get more."""
    done = threading.Event()
    with socket.socket() as slow:
        slow.bind(("127.0.0.1", 0))
        slow.listen()

        def trickle():
            connection, _ = slow.accept()
            with connection, contextlib.suppress(OSError):
                while not done.wait(0.1):
                    connection.sendall(b"H")

        thread = threading.Thread(target=trickle)
        thread.start()
        started = time.monotonic()
        url = f"http://127.0.0.1:{slow.getsockname()[1]}"
        assert not push_metrics(url, "nightly", registry=registry, deadline_seconds=0.5)
        assert time.monotonic() - started < 1
        done.set()
        thread.join()


def test_calls_that_cannot_be_meant(registry):
    """A push without a name, to no URL, or a delivery to nowhere is the developer's mistake."""
    with pytest.raises(ValueError, match="job is empty"):
        push_metrics("http://x", "", registry=registry)
    with pytest.raises(ValueError, match="is no URL"):
        push_metrics("pushgateway:9091", "nightly", registry=registry)
    with pytest.raises(ValueError, match="delivers nowhere"), short_lived("nightly"):
        pass


def test_a_textfile_is_whole_or_not_at_all(hypertool, registry, tmp_path):
    """The file appears at once, others may read it, nothing is left beside it, and a failure leaves the old one."""
    hypertool.HypertoolMetrics(registry)
    path = tmp_path / "job.prom"
    path.write_text("old")
    write_textfile(path, registry=registry)
    assert "hypertool_persona_info" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ValueError, match=r"files that end in .prom only"):
        write_textfile(tmp_path / "job.txt", registry=registry)
    (tmp_path / "folder.prom").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_textfile(tmp_path / "folder.prom", registry=registry)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder.prom", "job.prom"]


@pytest.mark.parametrize("error", [None, ValueError("mine"), SystemExit(3), KeyboardInterrupt()])
def test_a_command_delivers_at_its_end(error, gateway, hypertool, registry, tmp_path, recording):
    """Whether it ends well or not: file and gateway have the last persona, spans are flushed, the exception is its own."""
    collector = PersonaMetricsCollector(hypertool.HypertoolMetrics(registry))
    path = tmp_path / "job.prom"

    def command():
        with short_lived("nightly", gateway_url=gateway.url, textfile=path, registry=registry, deadline_seconds=1):
            collector.switch("backend-engineer", "demo")
            if error is not None:
                raise error

    if error is None:
        command()
    else:
        with pytest.raises(type(error)) as caught:
            command()
        assert caught.value is error
    charged = 'hypertool_persona_duration_seconds_count{chatmode="demo",persona="backend-engineer"} 1.0'
    assert charged in path.read_text()
    assert charged in gateway.pushed[0][1]
    assert recording.flushed == [1]


def test_a_delivery_that_fails_is_counted(registry, tmp_path):
    """A folder that is gone and a gateway that is away change nothing for the command."""
    before = faults("textfile"), faults("push")
    with short_lived(
        "nightly", gateway_url="http://127.0.0.1:1", textfile=tmp_path / "gone" / "x.prom", registry=registry
    ):
        pass
    assert (faults("textfile"), faults("push")) == (before[0] + 1, before[1] + 1)
