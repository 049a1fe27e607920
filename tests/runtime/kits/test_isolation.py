"""Projects that share a process: nothing of one reaches the keys of another, whatever runs at the same time."""

from __future__ import annotations

import asyncio
import base64
import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from obsgen_runtime import observe
from obsgen_runtime.kits.projects import key_variables, project_backend
from obsgen_runtime.kits.sessions import SessionKit
from obsgen_runtime.observations import Facts
from obsgen_runtime.testing import RecordingServer
from obsgen_runtime.usage import Usage

from tests.runtime.kits import live

TASKS = 20
TURNS = 3
SECRETS = {"project-foo": "sk-lf-foo-0123456789abcdef", "project-bar": "sk-lf-bar-0123456789abcdef"}
PUBLIC = {"project-foo": "pk-lf-foo", "project-bar": "pk-lf-bar", None: "pk-lf-default"}


@pytest.fixture(scope="module")
def platform():
    """Return the module that is generated for the platform."""
    sys.path.insert(0, str(live.GENERATED / "python"))
    try:
        import platform_metrics
    finally:
        sys.path.pop(0)
    return platform_metrics


@pytest.fixture
def server():
    with RecordingServer() as one:
        yield one


def environment(server, *, default=False, projects=("project-foo", "project-bar")):
    """Return variables with keys of the projects, and default ones if asked."""
    found = {"LANGFUSE_BASE_URL": server.url}
    for project in projects:
        found |= dict(zip(key_variables(project), (PUBLIC[project], SECRETS[project]), strict=True))
    if default:
        found |= {"LANGFUSE_PUBLIC_KEY": PUBLIC[None], "LANGFUSE_SECRET_KEY": "sk-lf-default-0123456789"}
    return found


@pytest.fixture
def start(platform, registry, server):
    """Return a function that makes a kit with the given keys."""
    made = []

    def start(**which):
        backend = project_backend(
            ("project-foo", "project-bar"), service_name="platform", environment=environment(server, **which),
            registry=registry,
        )  # fmt: skip
        made.append(backend)
        return SessionKit(platform.PlatformMetrics(registry), backend=backend, registry=registry)

    yield start
    for backend in made:
        backend.shutdown()


async def turns(kit, project, number, chance):
    """Run a session of *project*; every name and number in it belongs to that project."""
    mark = f"{project}-{number}"
    session = kit.session(mark, namespace=f"ns-{project}", project=project, user=f"user-of-{project}")
    for _ in range(TURNS):
        await asyncio.sleep(chance.random() / 100)
        async with session.turn(f"prompt of {project}") as turn:
            with turn.tool(f"tool-of-{project}"):
                await asyncio.sleep(chance.random() / 100)
            with observe("inside", facts=Facts(metadata={"of": project}), to=kit.backend):
                await asyncio.sleep(chance.random() / 100)
            turn.answer("done", model=f"model-of-{project}", usage=Usage(fresh_tokens=1, output_tokens=1), usd=0.5)
        turn.score("satisfaction", number, comment=project)
    session.completed()


async def run_all(kit, projects):
    chance = random.Random(4)
    await asyncio.gather(*(turns(kit, projects[n % len(projects)], n, chance) for n in range(TASKS)))


def owners(request):
    """Return the public key that a request was signed with."""
    _, _, packed = request.headers["authorization"].partition(" ")
    return base64.b64decode(packed).decode().partition(":")[0]


def test_nothing_is_mixed(start, server, registry, scrape):
    """Of 20 tasks of two projects no span, score or series of one carries anything of the other."""
    kit = start()
    asyncio.run(run_all(kit, ("project-foo", "project-bar")))
    assert kit.close(10)
    assert len(server.spans) == TASKS * TURNS * 4  # the turn, its generation, its tool, and the one inside
    for span in server.spans:
        project = span.attributes["project.name"]
        other = next(one for one in SECRETS if one != project)
        assert span.headers["x-langfuse-public-key"] == PUBLIC[project]
        assert span.attributes["user.id"] == f"user-of-{project}"
        assert span.attributes["session.id"].startswith(project)
        assert other not in repr((span.name, span.attributes, span.events, span.resource))
    traces = Counter((span.trace_id, span.headers["x-langfuse-public-key"]) for span in server.spans)
    assert len({trace for trace, _ in traces}) == len(traces) == TASKS * TURNS
    seen = scrape(registry)
    for sample in seen.samples:
        named = {project for project in SECRETS if project in repr(sample.labels)}
        assert len(named) < 2, sample
    for project in SECRETS:
        assert seen.value("platform_turns_total", project=project, outcome="ok") == TASKS * TURNS / 2


def test_scores_go_with_the_keys_of_their_trace(start, server):
    """A score is signed by the project whose trace it judges."""
    kit = start()
    asyncio.run(run_all(kit, ("project-foo", "project-bar")))
    assert kit.close(10)
    owner_of = {span.trace_id: span.headers["x-langfuse-public-key"] for span in server.spans}
    scores = [request for request in server.requests if request.path.endswith("/scores")]
    judged = [
        (one["traceId"], owners(request))
        for request in scores
        for one in (request.json() if isinstance(request.json(), list) else [request.json()])
    ]
    assert len(judged) == TASKS * TURNS
    assert all(owner_of[trace] == owner for trace, owner in judged)


def test_secrets_stay_with_their_owner(start, server):
    """Neither project's secret is in anything that is sent with the other's keys."""
    kit = start()
    asyncio.run(run_all(kit, ("project-foo", "project-bar")))
    assert kit.close(10)
    for request in server.requests:
        other = "project-bar" if owners(request) == PUBLIC["project-foo"] else "project-foo"
        assert SECRETS[other].encode() not in request.body
        assert SECRETS[other] not in repr(request.headers)


def test_an_unknown_project_is_never_sent(start, server):
    """What names a project without keys is dropped as filtered, also where default keys are there to be misused."""
    kit = start(default=True)
    asyncio.run(run_all(kit, ("project-foo", "project-unknown", None)))
    assert kit.close(10)
    assert {owners(request) for request in server.requests} == {PUBLIC["project-foo"], PUBLIC[None]}
    assert b"project-unknown" not in server.everything()
    assert {(span.headers["x-langfuse-public-key"], span.attributes.get("project.name")) for span in server.spans} == {
        (PUBLIC["project-foo"], "project-foo"), (PUBLIC[None], None),
    }  # fmt: skip
    tally = kit.backend.tally()
    unknown = sum(number % 3 == 1 for number in range(TASKS))
    assert tally.dropped == {"filtered": unknown * TURNS * 4}


def test_a_default_without_keys_concerns_nobody_else(start, server, registry, scrape):
    """Sessions without a project are only counted where there are no default keys; those with one are sent."""
    kit = start()
    asyncio.run(run_all(kit, ("project-foo", None)))
    assert kit.close(10)
    assert {owners(request) for request in server.requests} == {PUBLIC["project-foo"]}
    assert {span.attributes["project.name"] for span in server.spans} == {"project-foo"}
    assert scrape(registry).value("platform_turns_total", project="none", outcome="ok") == TASKS * TURNS / 2


def test_a_project_without_keys_says_so_once(start, server, caplog):
    """The start names the variables that are missing, and no key."""
    kit = start(projects=("project-foo",))
    asyncio.run(run_all(kit, ("project-foo", "project-bar")))
    assert kit.close(10)
    lines = [line for line in caplog.messages if "LANGFUSE_PUBLIC_KEY_PROJECT_BAR" in line]
    assert len(lines) == 1
    assert not any(secret in caplog.text for secret in SECRETS.values())
    assert {owners(request) for request in server.requests} == {PUBLIC["project-foo"]}


def test_threads_are_kept_apart(start, server):
    """Threads of one pool that work for both projects in turn mix nothing."""
    kit = start()

    def one(number):
        asyncio.run(turns(kit, ("project-foo", "project-bar")[number % 2], number, random.Random(number)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(TASKS)))
    assert kit.close(10)
    assert len(server.spans) == TASKS * TURNS * 4
    assert all(PUBLIC[one.attributes["project.name"]] == one.headers["x-langfuse-public-key"] for one in server.spans)


def test_a_turn_inside_of_anothers_turn(start, server):
    """Work for one project that starts while another's turn is current is a trace of its own, with its own keys."""
    kit = start()
    foo = kit.session("a", namespace="n", project="project-foo", user="ada")
    bar = kit.session("b", namespace="n", project="project-bar", user="bob")
    with foo.turn("x") as outer:
        with bar.turn("y") as inner:
            inner.answer("done")
        outer.answer("done")
    assert kit.close(10)
    owner_of = {span.trace_id: span.headers["x-langfuse-public-key"] for span in server.spans}
    assert owner_of == {outer.trace_id: "pk-lf-foo", inner.trace_id: "pk-lf-bar"}
    assert {span.trace_id: span.attributes["user.id"] for span in server.spans} == {
        outer.trace_id: "ada", inner.trace_id: "bob",
    }  # fmt: skip
