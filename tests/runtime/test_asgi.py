"""The metrics page inside of ASGI and WSGI applications, with real servers."""

import asyncio
import socket
import threading
import time
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from obsgen_runtime import (
    is_observability_enabled,
    lifespan,
    lifespan_with,
    metrics_app,
    metrics_wsgi_app,
    observe,
    shutdown_observability,
)
from starlette.applications import Starlette
from starlette.routing import Route


@pytest.fixture(autouse=True)
def _nothing_left():
    yield
    shutdown_observability()


@contextmanager
def served(app):
    """Serve *app* with uvicorn on a free port, lifespan included."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until = time.monotonic() + 20
            while not server.started and thread.is_alive() and time.monotonic() < until:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


def test_mounted_in_fastapi(registry, hypertool):
    """With its lifespan the application starts observability, serves its metrics, and ends it, without a port more."""
    hypertool.HypertoolMetrics(registry)
    app = FastAPI(lifespan=lifespan_with(service_name="s", enable_prometheus=False, registry=registry))
    app.mount("/metrics", metrics_app(registry))
    with served(app) as url, httpx.Client(base_url=url, follow_redirects=True) as client:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert 'hypertool_persona_token_budget_remaining{persona="data-scientist"} 1700.0' in answer.text
        open_metrics = client.get("/metrics/", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
        assert open_metrics.text.endswith("# EOF\n")
        assert client.post("/metrics/").status_code == 405
        assert client.get("/metrics/other").status_code == 404
        assert client.head("/metrics/").content == b""


def test_as_a_route_and_on_its_own(registry):
    """The page is a route without a redirect, too, and an application of its own."""
    routed = Starlette(routes=[Route("/metrics", metrics_app(registry))])
    for app in (routed, metrics_app(registry)):
        with served(app) as url:
            assert httpx.get(f"{url}/metrics").status_code == 200


def test_the_lifespan_reads_the_environment(monkeypatch):
    """`FastAPI(lifespan=lifespan)` starts the listener with the settings of the environment, and stops it."""
    monkeypatch.setenv("SERVICE_NAME", "s")
    monkeypatch.setenv("OBSGEN_PROMETHEUS_PORT", "0")
    with served(FastAPI(lifespan=lifespan)):
        assert is_observability_enabled()
    assert not is_observability_enabled()


def test_the_end_does_not_block_the_loop(registry):
    """While a server that never answers is waited for, other tasks of the loop go on."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        live = lifespan_with(
            service_name="s",
            prometheus_port=0,
            registry=registry,
            langfuse_public_key="p",
            langfuse_secret_key="s",
            langfuse_base_url=f"http://127.0.0.1:{silent.getsockname()[1]}",
            deadline_seconds=2.0,
        )
        longest = 0.0

        async def beat():
            nonlocal longest
            while True:
                started = time.monotonic()
                await asyncio.sleep(0.01)
                longest = max(longest, time.monotonic() - started)

        async def main():
            heart = asyncio.create_task(beat())
            async with live(None):
                with observe("x"):
                    await asyncio.sleep(0)
            await asyncio.sleep(0.05)  # for the beat that the end may have held up
            heart.cancel()

        started = time.monotonic()
        asyncio.run(main())
        assert time.monotonic() - started < 6
        assert longest < 1.5  # imports of a busy machine take a part of that, the deadline is longer


def test_wsgi(registry, hypertool):
    """The WSGI application keeps to the standard, as the reference validator sees it, and only reads."""
    hypertool.HypertoolMetrics(registry)

    class Quiet(WSGIRequestHandler):
        def log_message(self, *arguments):
            pass

    with make_server("127.0.0.1", 0, validator(metrics_wsgi_app(registry)), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/metrics"
            assert "hypertool_persona_info" in httpx.get(url).text
            assert httpx.post(url).status_code == 405
            assert httpx.head(url).status_code == 200
        finally:
            server.shutdown()
            thread.join()
