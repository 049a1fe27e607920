"""Every way a server fails: deadlines hold, made = sent + dropped, and the application notices nothing."""

import logging
import time
from threading import Thread

import pytest
from obsgen_runtime import otlp
from obsgen_runtime.context import Context
from obsgen_runtime.observations import Score

CONTEXT = Context(persona="baker")
SLACK = 1.5


def record(backend, count):
    for _ in range(count):
        backend.start("bake", "span", CONTEXT).end()


def seconds(function, *args):
    before = time.monotonic()
    result = function(*args)
    return time.monotonic() - before, result


@pytest.mark.parametrize(
    ("mode", "reason", "error"),
    [
        ("rejected", "refused", "rejected"),
        ("unauthorized", "refused", "unauthorized"),
        ("rate_limited", "shutdown", "rate_limited"),
        ("unavailable", "unsent", "server_error"),
        ("silent", "shutdown", "closed"),
        ("closing", "unsent", "closed"),
        ("refused", "unsent", "connection"),
    ],
)
def test_faults_of_the_server(server, new_backend, mode, reason, error):
    """Each ends within the deadlines, with all spans and scores dropped for one reason, and the error counted."""
    server.mode, server.retry_after = mode, "30"
    backend = new_backend()
    record(backend, 50)
    backend.score(Score(name="crust", value=1, trace_id="ab" * 16))
    took, _ = seconds(backend.flush, 0.3)
    assert took < 0.3 + SLACK
    took, _ = seconds(backend.shutdown, 4.0 if reason != "shutdown" else 0.5)
    assert took < 4.0 + SLACK
    assert backend.tally().dropped == {reason: 50}
    assert sum(backend.tally("score").dropped.values()) == 1
    if mode == "silent":
        time.sleep(0.1)  # the thread learns of the interruption
    assert set(backend.ledger.errors) >= {error} or mode == "silent"
    assert server.spans == ()


def test_a_slow_server(server, new_backend):
    """It is waited for, within the deadline."""
    server.mode, server.delay_seconds = "slow", 0.3
    backend = new_backend()
    record(backend, 5)
    assert backend.flush(3.0)
    assert backend.tally().sent == 5


def test_the_caller_never_waits(server, new_backend):
    """With a server that never answers, recording costs what it costs otherwise, and flush ends by default in 2 s."""
    server.mode = "silent"
    backend = new_backend(limits=otlp.Limits(schedule_seconds=0.0))
    took, _ = seconds(record, backend, 3000)
    assert took < 3.0
    took, done = seconds(backend.flush)
    assert not done
    assert 1.9 < took < 2.0 + SLACK
    assert backend.tally().dropped["queue_full"] > 0


def test_an_attempt_that_never_ends_times_out(server, new_backend):
    """An attempt ends after its timeout, is repeated, and given up as unsent."""
    server.mode = "silent"
    backend = new_backend(limits=otlp.Limits(timeout_seconds=0.1))
    record(backend, 3)
    assert backend.flush(6.0)
    assert backend.tally().dropped == {"unsent": 3}
    assert backend.ledger.errors == {"timeout": 3}


def test_a_burst_is_accounted_for_exactly(server, new_backend):
    """Of 6,000 in a burst, those sent and those dropped are 6,000, and the server has just those that were sent."""
    backend = new_backend()
    record(backend, 6000)
    assert backend.flush(10.0)
    tally = backend.tally()
    assert tally.made == 6000 == tally.sent + tally.dropped["queue_full"]
    assert len({span.span_id for span in server.spans}) == len(server.spans) == tally.sent
    assert tally.sent >= 2048


def test_the_last_eighth_of_the_queue_is_for_roots(server, new_backend):
    """Children that were queued find their root, though others of the trace are dropped."""
    backend = new_backend(limits=otlp.Limits(queue_size=80, batch_size=200, schedule_seconds=60.0))
    root = backend.start("root", "span", CONTEXT)
    for _ in range(100):
        backend.start("child", "span", CONTEXT, parent=root).end()
    root.end()
    assert backend.flush(5.0)
    names = [span.name for span in server.spans]
    assert (names.count("child"), names.count("root")) == (70, 1)
    assert backend.tally().dropped == {"queue_full": 30}


def test_the_prometheus_counters_agree(server, new_backend, registry, scrape):
    """What a scrape shows is what happened."""
    backend = new_backend(registry=registry)
    record(backend, 7)
    assert scrape(registry).value("obsgen_runtime_export_queue_depth", signal="span") == 7
    assert backend.flush(5.0)
    server.mode = "rejected"
    record(backend, 2)
    backend.start("bake", "span", Context()).end()
    assert backend.flush(5.0)
    shown = scrape(registry)
    assert shown.value("obsgen_runtime_export_made_total", signal="span") == 10
    assert shown.value("obsgen_runtime_export_sent_total", signal="span") == 7
    assert shown.value("obsgen_runtime_export_dropped_total", signal="span", reason="refused") == 3
    assert shown.value("obsgen_runtime_export_errors_total", reason="rejected") == 1
    assert shown.value("obsgen_runtime_export_queue_depth", signal="span") == 0
    assert shown.value("obsgen_runtime_spans_without_identity_total") == 1
    assert shown.value("obsgen_runtime_export_last_success_timestamp_seconds") == pytest.approx(time.time(), abs=60)


def test_one_line_per_cause(server, new_backend, caplog):
    """However many batches fail for one cause, one line says so, without the keys."""
    server.mode = "unauthorized"
    backend = new_backend()
    with caplog.at_level(logging.DEBUG, logger="obsgen_runtime"):
        for _ in range(5):
            record(backend, 3)
            backend.flush(2.0)
    (line,) = [entry.getMessage() for entry in caplog.records if entry.name == "obsgen_runtime"]
    assert "unauthorized (HTTP 401)" in line
    assert "0123456789abcdef" not in line


def test_a_dead_server_is_left_alone_for_a_while(server, new_backend):
    """After a failure attempts pause: what is recorded meanwhile waits in the queue, and no request is made."""
    server.mode = "unavailable"
    backend = new_backend(limits=otlp.Limits(schedule_seconds=0.0))
    record(backend, 1)
    assert backend.flush(5.0)
    attempts = len(server.requests)
    record(backend, 20)
    time.sleep(0.2)
    assert len(server.requests) == attempts == 3
    server.mode = "ok"
    assert backend.flush(5.0)
    assert backend.tally().sent == 20


def test_retry_after_is_honoured(server, new_backend):
    """A server that asks for a second is not asked again before."""
    server.mode, server.retry_after = "rate_limited", "1"
    backend = new_backend()
    record(backend, 1)
    Thread(target=backend.flush, args=(5.0,), daemon=True).start()
    server.wait_for(requests=1)
    server.mode = "ok"
    before = time.monotonic()
    server.wait_for(1)
    assert time.monotonic() - before > 0.8
    assert backend.flush(1.0)
    assert backend.tally().sent == 1


def test_spans_that_the_server_rejects_one_by_one(server, new_backend):
    """A partial success counts those that were rejected."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    answer = ExportTraceServiceResponse()
    answer.partial_success.rejected_spans = 2
    server.answer("POST", "/api/public/otel/v1/traces", answer.SerializeToString())
    backend = new_backend()
    record(backend, 5)
    assert backend.flush(5.0)
    assert (backend.tally().sent, backend.tally().dropped) == (3, {"refused": 2})


def test_a_batch_that_is_too_large_is_split(server, new_backend):
    """A server that takes small requests only gets small ones, and one span too large is dropped as such."""
    from obsgen_runtime.testing import Answer

    server.answer(
        "POST",
        "/api/public/otel/v1/traces",
        by=lambda request: Answer(body=b"", status=413 if len(request.body) > 1500 else 200),
    )
    backend = new_backend()
    record(backend, 8)
    backend.start("bake" * 40, "span", Context(tags=tuple(f"{number}" * 100 for number in range(20)))).end()
    assert backend.flush(5.0)
    assert (backend.tally().sent, backend.tally().dropped) == (8, {"too_large": 1})


def test_after_shutdown(server, new_backend):
    """What is recorded later is counted as dropped, and is not sent."""
    backend = new_backend()
    record(backend, 1)
    assert backend.shutdown()
    record(backend, 2)
    assert backend.flush(0.1)
    assert not backend.is_live
    assert (backend.tally().sent, backend.tally().dropped) == (1, {"shutdown": 2})


def test_recording_in_many_threads_while_shutting_down(server, new_backend):
    """Whatever the moment, each span is counted once."""
    backend = new_backend(limits=otlp.Limits(schedule_seconds=0.0))
    threads = [Thread(target=record, args=(backend, 500)) for _ in range(4)]
    for thread in threads:
        thread.start()
    backend.shutdown(0.05)
    for thread in threads:
        thread.join()
    tally = backend.tally()
    assert tally.made == 2000 == tally.sent + sum(tally.dropped.values())


def test_a_server_that_answers_byte_by_byte(new_backend):
    """The timeout is for the whole answer, not for each byte of it."""
    import socket

    listener = socket.create_server(("127.0.0.1", 0))

    def drip():
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            for _ in range(100):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return
                time.sleep(0.05)

    Thread(target=drip, daemon=True).start()
    from obsgen_runtime.otlp.sender import Sender

    with listener:
        sender = Sender(f"http://127.0.0.1:{listener.getsockname()[1]}/", {}, timeout_seconds=0.3)
        took, outcome = seconds(sender.post, b"x", "text/plain")
        sender.close()
    assert took < 0.3 + SLACK
    assert (outcome.verdict, outcome.error) == ("again", "timeout")
