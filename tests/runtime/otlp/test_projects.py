"""Tenants: each project's spans and scores travel with its own keys, or not at all."""

import asyncio
import base64

from obsgen_runtime import otlp, tracing
from obsgen_runtime.context import use
from obsgen_runtime.observations import Score


def keys(headers):
    return base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()


def test_two_projects_in_many_tasks(server, new_backend):
    """Of twenty tasks that work for two projects at once, no span and no score is sent with the other's keys."""
    backend = new_backend(
        to=None,
        projects={name: otlp.Destination.langfuse(server.url, f"pk-{name}", f"sk-{name}") for name in ("red", "blue")},
    )

    async def work(number):
        project = ("red", "blue")[number % 2]
        with use(project=project, persona=f"{project}-{number}"):
            for _ in range(10):
                with tracing.observe(f"{project} task", to=backend):
                    await asyncio.sleep(0.001)
                    with tracing.observe(f"{project} part", to=backend) as part:
                        await asyncio.sleep(0)
                        backend.score(Score(name=project, value=1, trace_id=part.trace_id, project=project))

    async def work_at_once():
        await asyncio.gather(*(work(number) for number in range(20)))

    asyncio.run(work_at_once())
    assert backend.flush(10.0)
    assert len(server.spans) == 400
    for span in server.spans:
        project = span.name.partition(" ")[0]
        assert keys(span.headers) == f"pk-{project}:sk-{project}"
        assert span.attributes["user.id"].startswith(project)
        assert span.attributes["project.name"] == project
    lists = [request for request in server.requests if request.path == "/api/public/scores"]
    scores = [(score["name"], keys(request.headers)) for request in lists for score in request.json()]
    assert len(scores) == 200
    assert all(sent_with == f"pk-{name}:sk-{name}" for name, sent_with in scores)


def test_an_unknown_project_is_never_sent_with_other_keys(server, new_backend):
    """A project without settings is dropped and counted, also where there is a default destination."""
    backend = new_backend(projects={"red": otlp.Destination.langfuse(server.url, "pk-red", "sk-red")})
    with use(project="green"), tracing.observe("bake", to=backend) as bake:
        pass
    backend.score(Score(name="crust", value=1, trace_id=bake.trace_id, project="green"))
    with tracing.observe("no project", to=backend):
        pass
    assert backend.flush(5.0)
    assert [span.name for span in server.spans] == ["no project"]
    assert backend.tally("span").dropped == backend.tally("score").dropped == {"filtered": 1}


def test_without_settings_per_project_it_is_a_fact_only(server, new_backend):
    """A service with one destination sends everything there."""
    backend = new_backend()
    with use(project="shop"), tracing.observe("bake", to=backend):
        pass
    assert backend.flush(5.0)
    assert [span.attributes["project.name"] for span in server.spans] == ["shop"]


def test_a_dead_project_does_not_hold_up_the_others(server, new_backend):
    """Each destination has a queue and a thread of its own."""
    from obsgen_runtime.testing import RecordingServer

    with RecordingServer("silent") as dead:
        backend = new_backend(projects={"dead": otlp.Destination.langfuse(dead.url, "pk-dead", "sk-dead")})
        for project in ("dead", None):
            with use(project=project), tracing.observe("bake", to=backend):
                pass
        assert not backend.flush(0.5)
        assert len(server.spans) == 1
        backend.shutdown(0.1)
