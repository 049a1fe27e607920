"""The route `/langfuse/summary`, in FastAPI, over real connections."""

import socket
import time
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from obsgen_runtime.langfuse import NoAccess
from obsgen_runtime.langfuse_exporter import LangfuseExporter, Plan, summary_app
from prometheus_client import CollectorRegistry

URL = "http://127.0.0.1:{}/langfuse/summary"


@contextmanager
def served(app):
    """Serve *app* with uvicorn on a free port of loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(5)


def mounted(exporter, **options):
    app = FastAPI()
    app.mount("/langfuse", summary_app(exporter, **options))
    return app


@pytest.fixture
def filled(server, observation, score, inside):
    claude, gemini = ("agent:claude",), ("agent:gemini",)
    server.observations += [
        observation(at=inside, is_root=True, tags=claude, cost=0.10),
        observation(at=inside, is_root=True, tags=claude, cost=0.05),
        observation(at=inside, is_root=True, tags=gemini, cost=0.0),
    ]
    server.scores += [score(at=inside, value=0.8, tags=claude), score(at=inside, value=1.0, tags=claude)]
    return server


def test_by_hand(filled, watch):
    """Three tasks of 0.15 dollars with a mean of 0.9; the task without a score does not lower it."""
    exporter = watch(plans={"copilot": Plan(kind="flat", usd=10)}).exporter
    exporter.poll()
    with served(mounted(exporter)) as port:
        answer = httpx.get(URL.format(port))
    assert answer.status_code == 200
    told = answer.json()
    assert told["total_tasks"] == 3
    assert told["total_cost"] == pytest.approx(0.15)
    assert told["avg_quality"] == pytest.approx(0.9)
    assert told["agent_breakdown"] == {"claude": 2, "gemini": 1}
    assert told["window"]["age_seconds"] >= 600
    # 0.15 dollars an hour for 720 hours, and the flat plan beside it.
    assert told["projection"]["metered_usd_per_month"] == pytest.approx(108)
    assert told["projection"]["flat_usd_per_month"] == 10
    assert not any("total" in key for key in told["projection"])


def test_no_scores(watch):
    """Without a score the mean is null, not 0."""
    exporter = watch().exporter
    exporter.poll()
    with served(mounted(exporter)) as port:
        told = httpx.get(URL.format(port)).json()
    assert told["avg_quality"] is None
    assert (told["total_tasks"], told["total_cost"], told["agent_breakdown"]) == (0, 0, {})


def test_a_request_never_waits(filled, watch):
    """A server that hangs holds nobody up who asks for the summary."""
    watched = watch()
    watched.exporter.poll()
    filled.delay_seconds = 3.0
    with watched.exporter, served(mounted(watched.exporter)) as port:
        time.sleep(0.1)
        begun = time.monotonic()
        assert httpx.get(URL.format(port)).status_code == 200
        assert time.monotonic() - begun < 1


def test_states(filled, watch):
    """503 before the first figures, 200 with them, 502 with their age when the server fails, 200 when it is back."""
    watched = watch()
    with served(mounted(watched.exporter)) as port:
        early = httpx.get(URL.format(port))
        assert early.status_code == 503
        assert "retry-after" in early.headers
        watched.exporter.poll()
        assert httpx.get(URL.format(port)).status_code == 200
        filled.status = 503
        watched.move(900)
        watched.exporter.poll()
        failed = httpx.get(URL.format(port))
        assert failed.status_code == 502
        assert failed.json()["reason"] == "server_error"
        assert 1500 <= failed.json()["known_age_seconds"] < 1560
        filled.status = None
        watched.exporter.poll()
        assert httpx.get(URL.format(port)).status_code == 200
        watched.move(3 * 900)  # no poll at all
        assert httpx.get(URL.format(port)).json()["reason"] == "stale"


def test_fails_from_the_start(filled, watch):
    """A server that never answered is 502 without an age."""
    filled.status = 401
    watched = watch()
    watched.exporter.poll()
    with served(mounted(watched.exporter)) as port:
        answer = httpx.get(URL.format(port))
    assert answer.status_code == 502
    assert answer.json()["known_age_seconds"] is None
    assert "sk-lf" not in answer.text


def test_without_keys():
    """Without keys it is 503, whatever else."""
    exporter = LangfuseExporter(NoAccess(reason="no keys"), registry=CollectorRegistry())
    exporter.poll()
    with served(mounted(exporter)) as port:
        assert httpx.get(URL.format(port)).status_code == 503


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_is_only_read(watch, method):
    """Other methods than GET are refused."""
    with served(mounted(watch().exporter)) as port:
        answer = httpx.request(method, URL.format(port))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


def test_other_paths(watch):
    """Other paths are not there; mounted at the root, the page is where the seed has it."""
    exporter = watch().exporter
    exporter.poll()
    with served(mounted(exporter)) as port:
        assert httpx.get(URL.format(port) + "/more").status_code == 404
        assert httpx.get(f"http://127.0.0.1:{port}/langfuse/").status_code == 404
    with served(summary_app(exporter)) as port:
        assert httpx.get(URL.format(port)).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example"}, 401),
        ({"X-Forwarded-For": "203.0.113.9"}, 401),
        ({"Forwarded": "for=203.0.113.9"}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Basic c2VjcmV0"}, 401),
        ({"Host": "evil.example", "Authorization": "Bearer secret"}, 200),
        ({"X-Forwarded-For": "203.0.113.9", "Authorization": "bearer secret"}, 200),
        ({"Authorization": "Bearer secret\N{LATIN SMALL LETTER E WITH ACUTE}"}, 401),
    ],
)
def test_who_is_let_in(watch, headers, status):
    """Loopback needs no token; what a proxy or a foreign name brings does, and a wrong one never passes."""
    exporter = watch().exporter
    exporter.poll()
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    with served(mounted(exporter, token="secret")) as port:
        answer = httpx.get(URL.format(port), headers=raw)
    assert answer.status_code == status
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("token", [None, "secret"])
def test_other_machines(watch, token):
    """Somebody on another machine needs the token, and gets nothing where there is none."""
    exporter = watch().exporter
    exporter.poll()
    transport = httpx.ASGITransport(mounted(exporter, token=token), client=("203.0.113.9", 5))

    async def ask(headers):
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.get("/langfuse/summary", headers=headers)).status_code

    import asyncio

    assert asyncio.run(ask({})) == 401
    assert asyncio.run(ask({"Authorization": "Bearer secret"})) == (200 if token else 401)


@pytest.mark.parametrize("token", ["", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "two\nlines"])
def test_tokens_that_are_none(watch, token):
    """A token that cannot be sent is refused at start."""
    with pytest.raises(ValueError, match="token"):
        summary_app(watch().exporter, token=token)
