"""Scores on the way to servers that take them as a list, as events, or one by one."""

import json
import time

import pytest
from obsgen_runtime.masking import Content
from obsgen_runtime.observations import Score
from obsgen_runtime.testing import Answer

SCORES, EVENTS = "/api/public/scores", "/api/public/ingestion"


def give(backend, *names, **more):
    """Give a score of each name."""
    for name in names:
        backend.score(Score(name=name, value=1, trace_id="ab" * 16, **more))


def takes(server, *ways, poison=None):
    """Have the server take these ways only, and nothing with a score whose name is *poison*."""

    def scores(request):
        sent = request.json()
        way, parts = ("list", sent) if isinstance(sent, list) else ("single", [sent])
        is_taken = way in ways and all(part["name"] != poison for part in parts)
        return Answer(status=202 if is_taken else 400)

    def events(request):
        batch = request.json()["batch"]
        bad = [{"id": event["id"], "status": 400} for event in batch if event["body"]["name"] == poison]
        good = [{"id": event["id"], "status": 201} for event in batch if event["body"]["name"] != poison]
        return Answer(status=207, body={"successes": good, "errors": bad})

    server.answer("POST", SCORES, by=scores)
    server.answer("POST", EVENTS, by=events if "events" in ways else lambda _request: Answer(status=404))


def test_many_scores_to_a_slow_server(server, new_backend):
    """Five hundred scores are there after a few answers, not after five hundred."""
    server.mode, server.delay_seconds = "slow", 0.2
    backend = new_backend()
    began = time.monotonic()
    give(backend, *map(str, range(500)))
    assert backend.flush(20.0)
    assert time.monotonic() - began < 4.0
    assert [score["name"] for score in server.scores] == list(map(str, range(500)))
    assert len(server.requests) == 5
    assert backend.tally("score").sent == 500


@pytest.mark.parametrize(("way", "path"), [("list", SCORES), ("events", EVENTS), ("single", SCORES)])
def test_what_a_server_takes_is_found_and_kept(server, new_backend, way, path):
    """Whichever way is the only one, all arrive in order, each once, and the next batch goes that way at once."""
    takes(server, way)
    backend = new_backend()
    give(backend, *map(str, range(40)))
    assert backend.flush(10.0)
    before = len(server.requests)
    give(backend, "another", "last")
    assert backend.flush(5.0)
    assert [score["name"] for score in server.scores] == [*map(str, range(40)), "another", "last"]
    after = server.requests[before:]
    assert [request.path for request in after] == [path] * (2 if way == "single" else 1)
    assert backend.tally("score").sent == 42


def test_an_event_has_an_id_of_its_own(server, new_backend):
    """An older server knows the score by its id, and the event by another, so that a score can be changed."""
    takes(server, "events")
    backend = new_backend()
    give(backend, "first", "second", score_id="mine")
    assert backend.flush(5.0)
    events = [event for body in server.bodies(EVENTS) for event in body["batch"]]
    assert [event["type"] for event in events] == ["score-create"] * 2
    assert [event["body"]["id"] for event in events] == ["mine"] * 2
    assert len({event["id"] for event in events} | {"mine"}) == 3
    assert all(event["timestamp"] == event["body"]["timestamp"] for event in events)


def test_a_changed_score_goes_after_the_first(server, new_backend):
    """Two scores of one id are never in one list, where their order would not be sure."""
    backend = new_backend()
    give(backend, "a", "b", score_id="mine")
    assert backend.flush(5.0)
    assert [[score["name"] for score in body] for body in server.bodies(SCORES)] == [["a"], ["b"]]


@pytest.mark.parametrize("way", ["list", "events", "single"])
def test_a_score_that_is_refused_costs_no_other(server, new_backend, way):
    """One that the server does not take is dropped as refused, and its forty neighbours arrive."""
    takes(server, way, poison="17")
    backend = new_backend()
    give(backend, *map(str, range(40)))
    assert backend.flush(10.0)
    tally = backend.tally("score")
    assert (tally.sent, tally.dropped) == (39, {"refused": 1})
    if way != "events":
        assert [score["name"] for score in server.scores] == [str(number) for number in range(40) if number != 17]


def test_a_server_that_counts_what_it_rejects(server, new_backend):
    """Of a list that is taken in part, so many are sent and so many refused as the answer says; none goes twice."""
    server.answer("POST", SCORES, {"accepted": 3, "rejected": 2, "errors": [{"message": "no"}]}, status=207)
    backend = new_backend()
    give(backend, *"abcde")
    assert backend.flush(5.0)
    tally = backend.tally("score")
    assert (tally.sent, tally.dropped) == (3, {"refused": 2})
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [b"", b"no JSON", b"[]", b"3", b'{"errors": 3}', b"[" * 100_000])
def test_an_answer_that_says_nothing(server, new_backend, answer):
    """A 207 without an account of its own counts as accepted."""
    server.answer("POST", SCORES, answer, status=207)
    backend = new_backend()
    give(backend, "a")
    assert backend.flush(5.0)
    assert backend.tally("score").sent == 1


def test_a_server_that_refuses_everything(server, new_backend):
    """All are dropped as refused, by some dozen requests and not by thousands."""
    takes(server)
    backend = new_backend()
    give(backend, *map(str, range(500)))
    assert backend.flush(20.0)
    assert backend.tally("score").dropped == {"refused": 500}
    assert len(server.requests) < 60


def test_a_silent_server_gets_few_requests(server, new_backend):
    """A hundred scores wait for one answer at a time together, and are counted as unsent after the attempts."""
    from obsgen_runtime import otlp

    server.mode = "silent"
    backend = new_backend(limits=otlp.Limits(timeout_seconds=0.1, schedule_seconds=0.05))
    give(backend, *map(str, range(100)))
    began = time.monotonic()
    while backend.tally("score").waiting:
        assert time.monotonic() - began < 10.0
        time.sleep(0.02)
    assert backend.tally("score").dropped == {"unsent": 100}
    assert len(server.requests) == 3


def test_requests_stay_below_the_limit(server, new_backend):
    """Scores with long comments are divided, so that no list is larger than a megabyte."""
    backend = new_backend(content=Content(score_comments=True))
    give(backend, *map(str, range(20)), comment="crisp " * 30_000)
    assert backend.flush(10.0)
    sizes = [len(request.body) for request in server.requests]
    assert len(sizes) == 4
    assert max(sizes) < 1_000_000
    assert len(server.scores) == 20
    assert all(isinstance(json.loads(request.body), list) for request in server.requests)


def test_a_list_that_is_too_large_is_divided(server, new_backend):
    """A proxy that takes ten scores at a time gets ten at a time."""
    server.answer("POST", SCORES, by=lambda request: Answer(status=413 if len(request.json()) > 10 else 202))
    backend = new_backend()
    give(backend, *map(str, range(100)))
    assert backend.flush(10.0)
    assert [score["name"] for score in server.scores] == list(map(str, range(100)))
    assert backend.tally("score").sent == 100


def test_a_score_that_cannot_be_written(server, new_backend):
    """Its neighbours arrive, and it is counted."""
    backend = new_backend()
    backend.score(Score(name="bad", value=1, trace_id=object()))
    give(backend, "good")
    assert backend.flush(5.0)
    assert [score["name"] for score in server.scores] == ["good"]
    assert backend.tally("score").dropped == {"unsent": 1}
