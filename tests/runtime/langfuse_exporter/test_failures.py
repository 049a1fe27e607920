"""What the exporter does when the server does not do what it should."""

import time
from email.utils import formatdate

import pytest
from obsgen_runtime.langfuse import Access, NoAccess
from obsgen_runtime.langfuse_exporter import LangfuseExporter
from obsgen_runtime.langfuse_exporter.client import retry_after_seconds
from obsgen_runtime.langfuse_exporter.state import Problem
from prometheus_client import CollectorRegistry


def test_version_2_is_absent(server, watch):
    """A 404 leads to version 1, which is remembered for a day, and then version 2 is tried again."""
    server.versions = {"v1"}
    watched = watch()
    assert watched.exporter.poll().problem is None
    assert server.paths[:2] == ["/api/public/v2/metrics", "/api/public/metrics"]
    del server.paths[:]
    watched.exporter.poll()
    assert set(server.paths) == {"/api/public/metrics"}
    del server.paths[:]
    server.versions = {"v1", "v2"}
    watched.move(86_401)
    watched.exporter.poll()
    assert set(server.paths) == {"/api/public/v2/metrics"}


def test_version_1_goes_away(server, watch):
    """A server that drops version 1 is asked for version 2 at once."""
    server.versions = {"v1"}
    watched = watch()
    watched.exporter.poll()
    server.versions = {"v2"}
    assert watched.exporter.poll().problem is None
    assert watched.exporter.state.figures.snapshot.api == "v2"


def test_neither_version(server, watch):
    """A server without either is no success, and the reason says so."""
    server.versions = set()
    watched = watch()
    assert watched.exporter.poll().problem.reason == "not_found"
    assert watched.value("langfuse_exporter_up") == 0
    assert watched.value("langfuse_exporter_errors_total", reason="not_found") == 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "unauthorized"), (403, "unauthorized"), (400, "rejected"), (429, "rate_limited"), (503, "server_error")],
)
def test_refusals(server, watch, status, reason, caplog):
    """Each answer that says no has its reason, one log line while it lasts, and no key in it."""
    server.status = status
    watched = watch()
    for _ in range(3):
        assert watched.exporter.poll().problem.reason == reason
    assert watched.value("langfuse_exporter_errors_total", reason=reason) == 3
    assert watched.value("langfuse_exporter_up") == 0
    assert len(server.paths) == 3
    assert caplog.text.count("langfuse exporter:") == 1
    assert "sk-lf" not in caplog.text


def test_retry_after(server, watch):
    """A server that asks for two hours is left alone for two hours, one that asks for a second not less than usual."""
    server.status, server.headers = 429, {"Retry-After": "7200"}
    exporter = watch().exporter
    assert exporter._pause_seconds(exporter.poll().problem) == 7200
    server.headers = {"Retry-After": "1"}
    assert exporter._pause_seconds(exporter.poll().problem) == 900
    server.headers = {"Retry-After": "99999999"}
    assert exporter._pause_seconds(exporter.poll().problem) == 86_400


def test_retry_after_is_waited_for(server, watch):
    """The thread asks again after what the server asked for, and not before."""
    server.status, server.headers = 429, {"Retry-After": "2"}
    watched = watch(every_seconds=1.0)
    with watched.exporter:
        time.sleep(1.6)
        assert len(server.paths) == 1
        deadline = time.monotonic() + 5
        while len(server.paths) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
    assert len(server.paths) == 2


def test_retry_after_in_words():
    """Seconds and dates are understood, nonsense is not."""
    now = 1_700_000_000.0
    assert retry_after_seconds("30", now) == 30
    assert retry_after_seconds(formatdate(now + 90, usegmt=True), now) == 90
    assert retry_after_seconds(formatdate(now - 90, usegmt=True), now) == 0
    assert [retry_after_seconds(each, now) for each in (None, "", "soon", "-5", "1e9", "²")] == [None] * 6


def test_slow_pages(server, watch):
    """An answer that takes too long is a timeout, after as long as was said."""
    server.delay_seconds = 3.0
    watched = watch(timeout_seconds=0.3)
    begun = time.monotonic()
    assert watched.exporter.poll().problem.reason == "timeout"
    assert time.monotonic() - begun < 2


def test_nobody_listens(server, watch):
    """Where nobody was asked the next poll comes sooner: no limit was used up."""
    server.__exit__()
    watched = watch()
    problem = watched.exporter.poll().problem
    assert problem.reason == "connection"
    assert watched.exporter._pause_seconds(problem) == 60
    server.__enter__()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"data": 3}', b'{"data": [3]}', b"null"])
def test_answers_of_others(server, watch, body):
    """What is no answer of the interface changes nothing that is shown."""
    watched = watch()
    watched.exporter.poll()
    server.body = body
    assert watched.exporter.poll().problem.reason in {"encoding", "bad_answer"}
    assert watched.value("langfuse_tasks") == 0
    assert watched.value("langfuse_exporter_up") == 0


def test_outage(server, watch, observation, inside):
    """The figures stay while they are fresh, and are gone after three polls without success; no 0 is ever shown."""
    server.observations.append(observation(at=inside, is_root=True))
    watched = watch()
    watched.exporter.poll()
    succeeded = watched.value("langfuse_exporter_last_success_timestamp_seconds")
    server.status = 503
    for expected in (1, 1, None, None):
        watched.move(900)
        watched.exporter.poll()
        assert watched.value("langfuse_tasks") == expected
    assert watched.value("langfuse_window_end_timestamp_seconds") is None
    assert watched.value("langfuse_exporter_up") == 0
    assert watched.value("langfuse_exporter_last_success_timestamp_seconds") == succeeded
    server.status = None
    watched.exporter.poll()
    assert watched.value("langfuse_tasks") is not None
    assert watched.value("langfuse_exporter_up") == 1


def test_a_poll_is_whole_or_nothing(server, watch, monkeypatch):
    """A poll whose last request fails changes none of the figures."""
    watched = watch()
    before = watched.exporter.poll().figures
    answer = server.answer

    def fails_at_scores(version, query):
        if query["view"] == "scores-numeric":
            server.status = 503
        return answer(version, query)

    monkeypatch.setattr(server, "answer", fails_at_scores)
    state = watched.exporter.poll()
    assert state.problem.reason == "server_error"
    assert state.figures is before


@pytest.mark.parametrize("ahead", [7200.0, -7200.0])
def test_clock_skew(server, watch, observation, ahead, caplog):
    """Clocks two hours apart: the server's counts, so the window holds what the server calls the last hour."""
    server.ahead_seconds = ahead
    server.observations.append(observation(at=time.time() + ahead - 40 * 60, is_root=True))
    watched = watch()
    assert watched.exporter.poll().problem is None
    assert watched.value("langfuse_tasks") == 1
    assert watched.value("langfuse_exporter_clock_skew_seconds") == pytest.approx(ahead, abs=2)
    assert 590 < watched.value("langfuse_window_age_seconds") < 670
    assert "ahead of ours" in caplog.text
    del server.paths[:]
    watched.exporter.poll()
    assert len(server.paths) == 6  # the skew is known now: nothing is asked twice


def test_restart(server, watch, observation, inside):
    """A new process polls at once and shows the same figures: nothing starts at 0 and nothing jumps."""
    server.observations += [observation(at=inside, is_root=True, cost=0.5)] * 3
    first = watch()
    first.exporter.poll()
    second = watch(every_seconds=900.0)
    with second.exporter:
        deadline = time.monotonic() + 5
        while second.value("langfuse_tasks") is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert second.value("langfuse_tasks") == first.value("langfuse_tasks") == 3
        assert second.value("langfuse_cost_usd") == first.value("langfuse_cost_usd")


def test_before_the_first_poll(watch):
    """There is nothing to show, not even whether it works."""
    watched = watch()
    assert watched.value("langfuse_exporter_up") is None
    assert watched.value("langfuse_tasks") is None


def test_polls_rarely(server, watch):
    """The thread polls once and then waits: no second poll within its interval."""
    watched = watch()
    with watched.exporter as exporter:
        exporter.start()
        deadline = time.monotonic() + 5
        while exporter.state.figures is None and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
    assert watched.value("langfuse_exporter_polls_total") == 1
    assert len(server.paths) == 6


def test_requests_of_a_day(watch):
    """Six requests a poll and a hundred a day make a poll every 86.4 minutes; agents left out, every 57.6."""
    assert watch(requests_per_day=100).exporter.interval_seconds == pytest.approx(86.4 * 60)
    assert watch(requests_per_day=100, agent_tag="").exporter.interval_seconds == pytest.approx(57.6 * 60)
    assert watch(requests_per_day=100_000).exporter.interval_seconds == 900


def test_closing(server, watch):
    """Closing ends the thread in time, even while the server does not answer, and takes the figures away."""
    watched = watch()
    watched.exporter.poll()
    server.delay_seconds = 3.0
    watched.exporter.start()
    time.sleep(0.1)
    begun = time.monotonic()
    watched.exporter.close(0.2)
    assert time.monotonic() - begun < 1
    assert watched.value("langfuse_tasks") is None
    assert watched.exporter.close()


def test_a_fault_of_ours(watch):
    """A fault inside does not end the polling: it is a failed poll with a reason of its own."""
    watched = watch()
    watched.exporter._names = None
    assert watched.exporter.poll().problem == Problem(
        reason="fault", message="a fault in the exporter; its log has more"
    )


def test_without_keys():
    """Without keys nothing is asked, and the reason is shown."""
    registry = CollectorRegistry()
    exporter = LangfuseExporter(NoAccess(reason="LANGFUSE_PUBLIC_KEY not set"), registry=registry)
    assert exporter.poll().problem.reason == "not_configured"
    assert "LANGFUSE_PUBLIC_KEY" in exporter.state.problem.message
    assert registry.get_sample_value("langfuse_exporter_errors_total", {"reason": "not_configured"}) == 1


def test_two_in_one_registry(server, watch):
    """A registry refuses a second exporter, instead of showing every series twice; a closed one leaves its place."""
    watched = watch()
    access = Access(base_url=server.url, public_key="pk", secret_key="sk")
    with pytest.raises(ValueError, match="Duplicated"):
        LangfuseExporter(access, registry=watched.registry)
    watched.exporter.close()
    LangfuseExporter(access, registry=watched.registry).close()


@pytest.mark.parametrize(
    "options",
    [
        {"every_seconds": 0},
        {"window_seconds": 90},
        {"window_seconds": 0},
        {"lag_seconds": -1},
        {"stale_after_polls": 0},
        {"requests_per_day": 0},
        {"every_seconds": float("nan")},
    ],
)
def test_settings_that_make_no_sense(watch, options):
    """Each is refused by its name."""
    with pytest.raises(ValueError, match=next(iter(options))):
        watch(**options)


def test_multiprocess_mode(watch, monkeypatch):
    """In the client's multiprocess mode series cannot vanish: refused."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/tmp")
    with pytest.raises(ValueError, match="process of their own"):
        watch()
