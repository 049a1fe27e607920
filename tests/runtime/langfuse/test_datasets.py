"""Datasets, experiments, and what the server says of keys and health."""

from __future__ import annotations

import pytest
from obsgen_runtime.langfuse import DatasetItem, LangfuseIntegration, LangfuseUnavailable
from obsgen_runtime.masking import OPEN
from obsgen_runtime.testing import Answer, RecordingServer

from tests.runtime.langfuse.conftest import KEYS

DATASET = {"id": "d1", "name": "tests", "projectId": "p1", "metadata": None}


def store(server):
    """Have the server keep dataset items, and return them in pages of two."""
    items = []

    def add(request):
        body = request.json()
        items.append({**body, "id": body.get("id") or f"i{len(items)}", "datasetId": "d1"})
        return Answer(body=items[-1])

    def read(request):
        page = int(request.query.split("page=")[1].split("&")[0])
        return Answer(body={"data": items[2 * page - 2 : 2 * page], "meta": {"totalPages": -(-len(items) // 2)}})

    server.answer("POST", "/api/public/v2/datasets", DATASET)
    server.answer("GET", "/api/public/v2/datasets/tests", DATASET)
    server.answer("POST", "/api/public/dataset-items", by=add)
    server.answer("GET", "/api/public/dataset-items", by=read)
    return items


def test_made_and_read_back(server, langfuse):
    """What is written comes back, page by page, with the names Langfuse has for it."""
    items = store(server)
    made = langfuse.create_dataset("tests", [{"input": number, "expected": -number} for number in range(5)])
    assert [item.id for item in made] == ["i0", "i1", "i2", "i3", "i4"]
    assert items[1] == {"datasetName": "tests", "input": 1, "expectedOutput": -1, "id": "i1", "datasetId": "d1"}
    found = langfuse.get_dataset("tests")
    assert [(item.input, item.expected_output, item.expected) for item in found] == [(n, -n, -n) for n in range(5)]
    assert (found.id, len(found)) == ("d1", 5)


def test_an_experiment(server):
    """Each case has a trace with its output and error, scores on it, and a link to the dataset item."""
    store(server)
    langfuse = LangfuseIntegration(*KEYS, server.url, content=OPEN)
    langfuse.create_dataset("tests", [{"input": number, "expected": 10 // (2 - number or 1)} for number in range(3)])

    async def task(item):
        langfuse.create_generation(None, "inside", "m")
        return 10 // (2 - item.input)

    def right(*, output, expected_output, **others):
        return output == expected_output

    def broken(**others):
        raise RuntimeError("evaluator")

    run = langfuse.run_experiment(
        "trial", langfuse.get_dataset("tests"), task, [broken, right], run_name="first", metadata={"variant": "a"}
    )
    assert [result.output for result in run.results] == [5, 10, None]
    assert isinstance(run.results[2].error, ZeroDivisionError)
    assert run.average("right") == 1.0
    assert langfuse.flush(5.0)
    spans = {span.trace_id: span for span in server.spans if span.name == "experiment.trial"}
    assert len(spans) == 3
    for number, result in enumerate(run.results):
        told = spans[result.trace_id].attributes
        assert told["langfuse.experiment.name"] == "first"
        assert told["langfuse.experiment.item.id"] == f"i{number}"
        assert told["langfuse.experiment.dataset.id"] == "d1"
        assert told["langfuse.observation.metadata.variant"] == "a"
    assert spans[run.results[2].trace_id].status == 2
    inside = [span for span in server.spans if span.name == "inside"]
    assert {span.parent_id for span in inside} == {span.span_id for span in spans.values()}
    scores = {body["traceId"]: body["value"] for body in server.scores}
    assert scores == {result.trace_id: 1 for result in run.results[:2]}
    links = {body["datasetItemId"]: body["traceId"] for body in server.bodies("/api/public/dataset-run-items")}
    assert links == {f"i{number}": result.trace_id for number, result in enumerate(run.results)}


def test_an_experiment_without_langfuse():
    """Cases of one's own run without keys, too."""
    run = LangfuseIntegration().run_experiment(
        "trial", [{"input": 2}, DatasetItem(input=3)], lambda item: item.input * 2
    )
    assert [result.output for result in run.results] == [4, 6]


def test_without_keys():
    """Calls that ask the server say that there are no keys."""
    with pytest.raises(LangfuseUnavailable, match="LANGFUSE_PUBLIC_KEY") as caught:
        LangfuseIntegration().get_dataset("tests")
    assert caught.value.reason == "not_configured"


@pytest.mark.parametrize(
    ("mode", "reason", "state"),
    [
        ("unauthorized", "unauthorized", "refused"),
        ("unavailable", "server_error", "unreachable"),
        ("rate_limited", "rate_limited", "unreachable"),
        ("rejected", "rejected", "unreachable"),
        ("refused", "connection", "unreachable"),
        ("silent", "timeout", "unreachable"),
        ("closing", "closed", "unreachable"),
    ],
)
def test_what_failed(mode, reason, state):
    """Each way to fail has a name of its own, and the check of the keys never raises."""
    with RecordingServer(mode) as server:
        langfuse = LangfuseIntegration(*KEYS, server.url, api_timeout_seconds=0.3)
        with pytest.raises(LangfuseUnavailable) as caught:
            langfuse.get_dataset("tests")
        assert caught.value.reason == reason
        check = langfuse.auth_check()
        assert (check.state, bool(check)) == (state, False)
        assert KEYS[1] not in check.detail
        with pytest.raises(LangfuseUnavailable):
            langfuse.health()


def test_the_keys_are_taken(langfuse):
    """The check tells the project, and the health the version."""
    check = langfuse.auth_check()
    assert (check.state, check.project, bool(check)) == ("ok", "recorded", True)
    assert langfuse.health() == "4.16.0"


def test_keys_do_not_follow_a_redirect(server, langfuse):
    """A redirect is an error, and nothing is asked elsewhere."""
    with RecordingServer() as other:
        server.answer("GET", "/api/public/health", status=302, headers={"Location": f"{other.url}/steal"})
        with pytest.raises(LangfuseUnavailable, match="leads elsewhere"):
            langfuse.health()
        assert other.requests == ()
