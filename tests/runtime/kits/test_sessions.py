"""Sessions of a CLI agent: traces of turns, phases, what turns cost, and the example against a real Prometheus."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import re
import signal
import subprocess
import sys
import textwrap
import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime import closing, observe, run_in_context
from obsgen_runtime.context import current
from obsgen_runtime.kits.agent_messages import Unreadable, read_message, retry_reason
from obsgen_runtime.kits.phases import FOLLOWING, TERMINAL, Phases
from obsgen_runtime.kits.projects import project_backend
from obsgen_runtime.kits.sessions import MissingMetricsError, SessionKit, lifecycle_ids
from obsgen_runtime.kits.spending import Spent
from obsgen_runtime.observations import NoBackend
from obsgen_runtime.prices import Priced
from obsgen_runtime.testing import RecordingServer
from obsgen_runtime.usage import Usage

from tests import tools
from tests.runtime.kits import live
from tests.runtime.recording import Recording

RESULT = {
    "type": "result",
    "subtype": "success",
    "is_error": False,
    "result": "done",
    "total_cost_usd": 0.02,
    "usage": {"input_tokens": 10, "cache_read_input_tokens": 5, "output_tokens": 7},
}


def assistant(*blocks, below=None, call_id="msg_1", model="claude-sonnet-4-20250514"):
    inside = {
        "id": call_id,
        "model": model,
        "content": list(blocks),
        "usage": {"input_tokens": 3, "cache_read_input_tokens": 1, "output_tokens": 2},
    }
    return {"type": "assistant", "message": inside, "parent_tool_use_id": below}


def asks(call_id, tool, below=None, **arguments):
    return assistant({"type": "tool_use", "id": call_id, "name": tool, "input": arguments}, below=below)


def gets(call_id, text="", *, is_error=False):
    block = {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": is_error}
    return {"type": "user", "message": {"content": [block]}}


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def platform():
    place = tools.CHECKOUT / "generated" / "python" / "platform_metrics" / "__init__.py"
    spec = importlib.util.spec_from_file_location("platform_metrics", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def backend():
    return Recording()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def kit(platform, registry, backend, clock):
    made = SessionKit(platform.PlatformMetrics(registry), backend=backend, registry=registry, clock=clock)
    yield made
    made.close()


def begin(kit, name="session-1", **more):
    told = {"namespace": "ns-foo", "project": "foo", "user": "ada", "timeout": 300, "interactive": True, **more}
    return kit.session(name, **told)


def facts(kept):
    """Return everything that was said of an observation, the last word on each."""
    found = {}
    for one in kept.facts:
        for name in ("input", "output", "metadata", "model", "usage", "cost", "level", "message", "first_token_ns"):
            if getattr(one, name) is not None:
                found[name] = getattr(one, name)
    return found


def test_a_turn_is_one_trace(kit, backend):
    """Two turns of a session are two traces with the same session, user and project; the generation has the usage."""
    session = begin(kit)
    for number in (1, 2):
        with session.turn(f"prompt {number}") as turn:
            turn.message(json.dumps(assistant({"type": "text", "text": "hm"})))
            turn.message({**RESULT, "total_cost_usd": 0.02 * number})
    roots = [one for one in backend.kept if one.name == "agentic-session"]
    generations = [one for one in backend.kept if one.name == "claude-response"]
    assert len({one.trace_id for one in roots}) == len(roots) == 2
    assert [one.trace_id for one in generations] == [one.trace_id for one in roots]
    assert {(one.context.session, one.context.user, one.context.project) for one in backend.kept} == {
        ("session-1", "ada", "foo")
    }
    metadata = facts(roots[0])["metadata"]
    assert (metadata["namespace"], metadata["project"], metadata["timeout"], metadata["interactive"]) == (
        "ns-foo", "foo", 300, True,
    )  # fmt: skip
    told = facts(generations[1])
    assert told["model"] == "claude-sonnet-4-20250514"
    assert told["usage"] == Usage(fresh_tokens=10, cache_read_tokens=5, output_tokens=7)
    assert told["cost"] == Priced(usd=0.02)
    assert told["output"] == "done"
    assert told["first_token_ns"] <= time.time_ns()
    assert all(one.ended == 1 for one in backend.kept)


def test_the_trace_of_a_turn_is_its_own(kit, backend):
    """A turn that begins inside of another observation does not become a part of that trace."""
    session = begin(kit)
    with observe("request", to=backend), session.turn("hello") as turn:
        turn.answer("done")
    assert backend.named("agentic-session").parent is None
    assert backend.named("agentic-session").trace_id != backend.named("request").trace_id


async def _second_request(session):
    async with session.turn("second") as turn:
        with observe("inside", to=session.kit.backend):
            turn.answer("done")
        return current()


async def _two_requests(session):
    return [await asyncio.create_task(_second_request(session)) for _ in range(2)]


def test_every_task_sees_who_it_works_for(kit, backend):
    """The task of a second request has session, user and project, though the first one set them; nothing leaks out."""
    session = begin(kit)
    seen = asyncio.run(_two_requests(session))
    assert [(one.session, one.user, one.project) for one in seen] == [("session-1", "ada", "foo")] * 2
    assert current().session is None
    assert {one.context.user for one in backend.kept} == {"ada"}


def test_other_threads_join_the_turn(kit, backend):
    """`turn.current()` makes the turn current where it was not, and only inside of its block."""
    session = begin(kit)
    with session.turn("x") as turn:
        turn.answer("done")

    def elsewhere():
        with turn.current(), observe("late", to=backend):
            return current().session

    assert elsewhere() == "session-1"
    assert backend.named("late").trace_id == turn.trace_id
    assert run_in_context(lambda: current().session)() is None


def test_a_failing_tool_is_an_error(kit, backend, registry, scrape):
    """`is_error` of a result sets level and counter of that tool; the turn may still end well."""
    session = begin(kit)
    with session.turn("x") as turn:
        turn.message(asks("1", "Bash", command="pytest"))
        turn.message(gets("1", "2 failed", is_error=True))
        turn.message(asks("2", "Read"))
        turn.message(gets("2", "text"))
        turn.message(RESULT)
    assert facts(backend.named("Bash"))["level"] == "ERROR"
    assert "level" not in facts(backend.named("Read"))
    seen = scrape(registry)
    assert seen.value("platform_tool_calls_total", tool="Bash", outcome="error") == 1
    assert seen.value("platform_tool_calls_total", tool="Bash", outcome="ok") == 0
    assert seen.value("platform_tool_calls_total", tool="Read", outcome="ok") == 1
    assert seen.value("platform_turns_total", project="foo", outcome="ok") == 1


def test_tools_as_blocks(kit, backend, registry, scrape):
    """A tool's block ends with the verdict it was given, or with the very exception that left it."""
    session = begin(kit)
    failure = OSError("cold")
    with session.turn("x") as turn:
        with turn.tool("Oven", {"degrees": 200}) as call:
            call.result("too cold", is_error=True, reason="cold")
        with pytest.raises(OSError, match="cold") as seen, turn.tool("Bash"):
            raise failure
        with turn.agent("reviewer", "look"), turn.tool("Grep"):
            pass
        turn.answer("done")
    assert seen.value is failure
    assert facts(backend.named("Oven"))["message"] == "cold"
    assert backend.named("Bash").error is failure
    assert backend.named("reviewer").kind == "agent"
    assert backend.named("Grep").parent is backend.named("reviewer")
    assert backend.named("Grep").context.agent == "reviewer"
    shown = scrape(registry)
    assert shown.value("platform_tool_calls_total", tool="Oven", outcome="error") == 1
    assert shown.value("platform_tool_calls_total", tool="Grep", outcome="ok") == 1


def test_sub_agents_are_agents(kit, backend):
    """A task given to a sub-agent is an observation of kind agent, and what that one calls lies below it."""
    session = begin(kit)
    with session.turn("x") as turn:
        turn.message(asks("1", "Task", agent_type="code-reviewer", prompt="look"))
        turn.message(asks("2", "Grep", below="1"))
        turn.message(gets("2"))
        turn.message(gets("1"))
        turn.message(RESULT)
    reviewer, grep = backend.named("code-reviewer"), backend.named("Grep")
    assert (reviewer.kind, reviewer.parent) == ("agent", backend.named("agentic-session"))
    assert (grep.kind, grep.parent, grep.context.agent) == ("tool", reviewer, "code-reviewer")


def test_a_tool_without_an_answer(kit, backend, registry, scrape):
    """A call that is open when the turn ends is an error, or cancelled as the turn is, and always ended."""
    session = begin(kit)
    with session.turn("x") as turn:
        turn.message(asks("1", "Bash"))
        turn.message(RESULT)
    with pytest.raises(asyncio.CancelledError), session.turn("x") as turn:  # noqa: PT012
        turn.message(asks("1", "Read"))
        raise asyncio.CancelledError
    shown = scrape(registry)
    assert shown.value("platform_tool_calls_total", tool="Bash", outcome="error") == 1
    assert shown.value("platform_tool_calls_total", tool="Read", outcome="cancelled") == 1
    assert all(one.ended == 1 for one in backend.kept)


@pytest.mark.parametrize(
    ("told", "raised", "outcome"),
    [
        (RESULT, None, "ok"),
        ({**RESULT, "is_error": True, "subtype": "error_max_turns"}, None, "error"),
        (None, None, "error"),
        (RESULT, ValueError("no"), "error"),
        (None, asyncio.CancelledError(), "cancelled"),
        (None, SystemExit(143), "cancelled"),
    ],
)
def test_outcomes(kit, backend, registry, scrape, told, raised, outcome):
    """A turn ends as its result says, unless an exception or a cancellation ends it; without a result it failed."""
    session = begin(kit)
    seen = None
    try:
        with session.turn("x") as turn:
            if told:
                turn.message(told)
            if raised is not None:
                raise raised  # noqa: TRY301
    except BaseException as error:  # noqa: BLE001
        seen = error
    assert seen is raised
    assert turn.outcome == outcome
    assert scrape(registry).value("platform_turns_total", project="foo", outcome=outcome) == 1
    assert backend.named("agentic-session").error is raised


def test_retries_are_counted_by_reason(kit, backend, registry, scrape):
    """What the agent says about calling again is counted, by the status of the failure, and noted in the trace."""
    session = begin(kit)
    with session.turn("x") as turn:
        turn.message({"type": "system", "subtype": "api_retry", "error_status": 429, "error": "rate_limit"})
        turn.retried("conflict")
        turn.message(RESULT)
    shown = scrape(registry)
    assert shown.value("platform_retries_total", reason="rate_limit") == 1
    assert shown.value("platform_retries_total", reason="conflict") == 1
    assert backend.named("agentic-session").events == [
        ("retry", {"reason": "rate_limit"}), ("retry", {"reason": "conflict"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "name", "reason"),
    [
        (429, "rate_limit", "rate_limit"),
        (529, "server_error", "server"),
        (500, None, "server"),
        (504, None, "timeout"),
        (408, None, "timeout"),
        (409, None, "conflict"),
        (None, "rate_limit", "rate_limit"),
        (None, "server_error", "server"),
        (None, "unknown", "connection"),
    ],
)
def test_reasons_of_retries(status, name, reason):
    """The status decides; without one, the request did not get through unless the name says otherwise."""
    assert retry_reason(status, name) == reason


def test_objects_of_the_sdk(kit, backend):
    """Objects of the SDK are read like the lines of the CLI."""
    session = begin(kit)
    tool = SimpleNamespace(id="1", name="Bash", input={"command": "ls"})
    answer = SimpleNamespace(tool_use_id="1", content="no", is_error=True)
    with session.turn("x") as turn:
        turn.message(SimpleNamespace(subtype="init", data={"model": "m"}))
        turn.message(SimpleNamespace(content=[tool], model="claude-sonnet-4", parent_tool_use_id=None))
        turn.message(SimpleNamespace(content=[answer], parent_tool_use_id=None))
        turn.message(SimpleNamespace(content=[SimpleNamespace(text="hi")], model="claude-sonnet-4"))
        turn.message(
            SimpleNamespace(
                subtype="success", is_error=False, total_cost_usd=0.5, usage=RESULT["usage"], result="done", num_turns=1
            )
        )
    assert facts(backend.named("Bash"))["level"] == "ERROR"
    assert facts(backend.named("claude-response"))["cost"] == Priced(usd=0.5)
    assert turn.outcome == "ok"


@given(st.one_of(st.text(), st.binary(), st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["type", "message", "content", "usage", "event", "id", "name", "is_error"]), inner)),
))  # fmt: skip
def test_any_message_is_read(message):
    """No message raises, whatever it is."""
    assert isinstance(read_message(message), tuple)


def test_a_line_that_is_no_message():
    """What is no JSON object is unreadable, and an empty line nothing at all."""
    assert read_message("{") == read_message("3") == (Unreadable(),)
    assert read_message("\n") == ()


def test_cancelled_turns_keep_their_tokens(kit, registry, scrape):
    """Without a result the tokens are those of the calls, each once, though it came in several messages."""
    session = begin(kit)
    with pytest.raises(asyncio.CancelledError), session.turn("x") as turn:  # noqa: PT012
        turn.message(assistant({"type": "text", "text": "a"}, call_id="msg_1"))
        turn.message(assistant({"type": "text", "text": "b"}, call_id="msg_1"))
        turn.message(assistant({"type": "text", "text": "c"}, call_id="msg_2"))
        raise asyncio.CancelledError
    shown = scrape(registry)
    tokens = {"project": "foo", "model": "claude-sonnet-4-20250514"}
    assert shown.value("platform_session_tokens_total", **tokens, token_type="input") == 6
    assert shown.value("platform_session_tokens_total", **tokens, token_type="cache_read") == 2
    # The next result's sum will hold what it cost.
    assert shown.value("platform_session_cost_usd_total", **tokens) is None


def test_sums_are_told_apart(kit, registry, scrape):
    """A cost that is a sum over the process is counted once, also where the next turn was cheaper."""
    session = begin(kit)
    for total in (0.25, 0.375, 0.375):
        with session.turn("x") as turn:
            turn.message(assistant())
            turn.message({**RESULT, "total_cost_usd": total})
    labels = {"project": "foo", "model": "claude-sonnet-4-20250514"}
    assert scrape(registry).value("platform_session_cost_usd_total", **labels) == 0.375
    assert session.cost_usd == 0.375
    session.agent_started()
    with session.turn("x") as turn:
        turn.message(assistant())
        turn.message({**RESULT, "total_cost_usd": 0.125})
    assert scrape(registry).value("platform_session_cost_usd_total", **labels) == 0.5


def test_a_sum_that_shrinks_is_unknown():
    """Nobody guesses why a sum became less: that turn is unknown, and the next one is counted from there."""
    spent = Spent(usage_per="session", cost_per="session")
    big, small = Usage(fresh_tokens=10, output_tokens=10), Usage(fresh_tokens=4, output_tokens=10)
    assert spent.of_turn(big) == big
    assert spent.of_turn(small) is None
    assert spent.of_turn(big) == Usage(fresh_tokens=6)
    assert [spent.usd_of_turn(usd) for usd in (1.0, 0.5, 0.75)] == [1.0, None, 0.25]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8))
def test_turns_add_up_to_the_sum(turns):
    """However large the turns, those taken from sums are those that were added up."""
    spent = Spent(usage_per="session", cost_per="turn")
    total = [0, 0]
    for fresh, output in turns:
        total = [total[0] + fresh, total[1] + output]
        found = spent.of_turn(Usage(fresh_tokens=total[0], output_tokens=total[1]))
        assert found == Usage(fresh_tokens=fresh, output_tokens=output)


def test_unknown_prices_are_counted(kit, registry, scrape):
    """Tokens of a model without a price are counted as such, never as free."""
    session = begin(kit)
    with session.turn("x") as turn:
        turn.answer("done", model="nobodys-model", usage=Usage(fresh_tokens=1, output_tokens=1))
    shown = scrape(registry)
    assert shown.value("obsgen_runtime_price_unknown_total", model="nobodys-model") == 1
    assert shown.value("platform_session_cost_usd_total", project="foo", model="nobodys-model") is None


def test_time_in_phases(kit, clock, registry, scrape):
    """Each phase is charged its time when it is left, the last one by the end; the whole is the sum."""
    session = begin(kit)
    for phase, seconds in (("Creating", 2.0), ("Running", 3.0), ("Completed", 50.0)):
        clock.now += seconds
        assert session.change(phase)
    shown = scrape(registry)
    sums = {
        phase: shown.value("platform_session_phase_duration_seconds_sum", phase=phase) for phase in FOLLOWING
    }  # fmt: skip
    assert sums == {"Pending": 2.0, "Creating": 3.0, "Running": 50.0, "Completed": 0, "Failed": 0, "Stopped": 0}
    assert shown.value("platform_session_duration_seconds_sum", project="foo") == 55.0
    for pair in (("none", "Pending"), ("Pending", "Creating"), ("Creating", "Running"), ("Running", "Completed")):
        labels = dict(zip(("from_phase", "to_phase"), pair, strict=True))
        assert shown.value("platform_session_phase_transitions_total", **labels) == 1
    assert shown.value("platform_sessions_finished_total", project="foo", result="completed") == 1
    assert shown.value("platform_sessions_finished_total", project="foo", result="failed") == 0


def test_the_picture_of_the_phases():
    """Its arrows are the transitions that the kit allows: it begins as Pending, and what is final leads out."""
    page = (tools.CHECKOUT / "docs" / "runtime" / "sessions.md").read_text(encoding="utf-8")
    (picture,) = re.findall(r"^```mermaid\nstateDiagram-v2\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    arrows = [tuple(line.strip().split(" --> ")) for line in picture.splitlines()]
    assert len(set(arrows)) == len(arrows)
    assert set(arrows) == {
        ("[*]", Phases(lambda: 0.0).phase),
        *((before, after) for before, phases in FOLLOWING.items() for after in phases),
        *((phase, "[*]") for phase in TERMINAL),
    }


@given(st.lists(st.sampled_from(list(FOLLOWING)), max_size=12))
def test_final_phases_are_final(path):
    """Whatever is tried, only legal changes happen, no time is lost, and nothing follows a final phase."""
    clock = Clock()
    phases = Phases(clock)
    spent = 0.0
    for wanted in path:
        before = phases.phase
        clock.now += 1.0
        change = phases.change(wanted)
        assert (change is not None) == (wanted in FOLLOWING[before])
        if change is not None:
            spent += change.seconds
            assert change.total_seconds == spent
        if before in TERMINAL:
            assert phases.phase == before


def test_illegal_changes_are_counted_and_said(kit, caplog):
    """What may not follow does not happen, is counted as a fault, and stands in the log without foreign words."""
    session = begin(kit)
    session.completed()
    assert session.phase == "Pending"
    session.failed()
    with caplog.at_level("WARNING"):
        assert not session.change("Running")
        assert not session.change("<script>")
    assert session.phase == "Failed"
    text = caplog.text
    assert "a session that is Failed cannot become Running" in text
    assert "<script>" not in text


def test_a_session_as_a_block(kit, registry, scrape):
    """The block's end is the session's: completed after a turn, stopped without one, failed by an exception."""
    with begin(kit, "a") as done, done.turn("x") as turn:
        turn.answer("done")
    with begin(kit, "b") as idle:
        pass
    with pytest.raises(ValueError, match="no"), begin(kit, "c") as broken:
        raise ValueError("no")
    assert [one.phase for one in (done, idle, broken)] == ["Completed", "Stopped", "Failed"]
    assert scrape(registry).value("platform_sessions_created_total", project="foo") == 3


def test_what_is_open_at_the_end_is_closed(kit, backend, clock, registry, scrape):
    """The end of the process cancels turns that go on, and charges the last phase its time."""
    session = begin(kit)
    turn = session.turn("x")
    turn.__enter__()
    clock.now += 30
    closing.run_endings()
    turn.__exit__(None, None, None)
    assert (session.phase, turn.outcome) == ("Stopped", "cancelled")
    shown = scrape(registry)
    assert shown.value("platform_session_phase_duration_seconds_sum", phase="Running") == 30
    assert shown.value("platform_turns_total", project="foo", outcome="cancelled") == 1
    assert all(one.ended == 1 for one in backend.kept)


def test_catalogs_that_do_not_fit(platform):
    """Collectors of another service are refused when the kit is made, with everything that is missing."""
    with pytest.raises(MissingMetricsError, match=r"no metric shop_sessions_created_total.*shop_retries_total"):
        SessionKit(platform.PlatformMetrics(), prefix="shop")


def test_scores_go_to_the_turns_project(kit, backend):
    """A judgement names the turn's trace and project, also when it comes after the end."""
    session = begin(kit)
    with session.turn("x") as turn:
        turn.answer("done")
    turn.score("satisfaction", 1, comment="good")
    (score,) = backend.scores
    assert (score.trace_id, score.project, score.value) == (turn.trace_id, "foo", 1)


def test_the_lifecycle_is_derived(platform, registry, backend):
    """With `lifecycle` a session is a trace by its namespace and name, which notes every phase."""
    kit = SessionKit(platform.PlatformMetrics(registry), backend=backend, lifecycle=True, registry=registry)
    with kit, begin(kit) as session, session.turn("x") as turn:
        turn.answer("done")
    lifecycle = backend.named("agentic-session-lifecycle")
    assert (lifecycle.trace_id, lifecycle.parent.span_id) == lifecycle_ids("ns-foo", "session-1")
    assert [event[1]["to"] for event in lifecycle.events] == ["Running", "Completed"]
    assert facts(backend.named("agentic-session"))["metadata"]["lifecycle_trace_id"] == lifecycle.trace_id


@pytest.mark.parametrize("version", tools.LANGFUSE_VERSIONS)
def test_the_derivation_is_langfuses(version):
    """The trace id is the one that Langfuse's own SDK derives from the same text."""
    code = "from langfuse import Langfuse; print(Langfuse.create_trace_id(seed='project-foo/session-1'))"
    done = tools.run(tools.langfuse_python(version), "-c", code)
    assert (done.returncode, done.stdout.strip()) == (0, lifecycle_ids("project-foo", "session-1")[0]), done.stderr


def test_without_tracing_everything_is_counted(platform, registry, scrape):
    """A backend that keeps nothing changes nothing in the metrics."""
    kit = SessionKit(platform.PlatformMetrics(registry), backend=NoBackend(), registry=registry)
    with kit, begin(kit) as session, session.turn("x") as turn:
        turn.message(asks("1", "Bash"))
        turn.message(gets("1"))
        turn.message(RESULT)
    assert scrape(registry).value("platform_tool_calls_total", tool="Bash", outcome="ok") == 1
    assert turn.trace_id == ""


def test_projects_with_the_same_variables_are_refused():
    """Two projects that would read the same keys are an error, not a mix."""
    with pytest.raises(ValueError, match="rename one"):
        project_backend(["a-b", "a_b"], service_name="platform", environment={})


def test_a_project_with_swapped_keys_is_not_traced(caplog):
    """It is told as one without keys, with how they begin, so that a secret key is not sent as a user name."""
    swapped = {"LANGFUSE_PUBLIC_KEY_FOO": "sk-foo", "LANGFUSE_SECRET_KEY_FOO": "pk-foo"}
    backend = project_backend(["foo"], service_name="platform", environment=swapped)
    assert isinstance(backend, NoBackend)
    assert caplog.messages == [
        "project foo is not traced: set LANGFUSE_PUBLIC_KEY_FOO (pk-...) and LANGFUSE_SECRET_KEY_FOO (sk-...)"
    ]


TERMINATED = """
    import sys, time
    from obsgen_runtime.kits.projects import project_backend
    from obsgen_runtime.kits.sessions import SessionKit
    from platform_metrics import PlatformMetrics

    kit = SessionKit(PlatformMetrics(), backend=project_backend(["foo"], service_name="platform"))
    kit.end_on_sigterm()
    session = kit.session("s", namespace="n", project="foo", user="ada")
    with session.turn("x") as turn:
        print("ready", flush=True)
        time.sleep(60)
"""


@pytest.mark.parametrize(("mode", "expected"), [("ok", 2), ("silent", 0)])
def test_sigterm_sends_what_waits(mode, expected):
    """SIGTERM ends a turn as cancelled and sends it; a server that never answers holds the exit up for its deadline."""
    with RecordingServer(mode) as server:
        environment = live.environment(
            None,
            LANGFUSE_PUBLIC_KEY_FOO="pk-foo",
            LANGFUSE_SECRET_KEY_FOO="sk-foo",
            LANGFUSE_HOST=server.url,
            PYTHONPATH=f"{tools.CHECKOUT / 'runtime'}:{tools.CHECKOUT / 'generated' / 'python'}",
        )
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(TERMINATED)], env=environment, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 143
        process.stdout.close()
        assert time.monotonic() - began < 6
        assert len(server.spans) == expected
        assert {one.attributes.get("obsgen.cancelled") for one in server.spans} <= {True}


BOTH = {
    "LANGFUSE_PUBLIC_KEY_PROJECT_FOO": "pk-lf-foo",
    "LANGFUSE_SECRET_KEY_PROJECT_FOO": "sk-lf-foo-0123456789",
    "LANGFUSE_PUBLIC_KEY_PROJECT_BAR": "pk-lf-bar",
    "LANGFUSE_SECRET_KEY_PROJECT_BAR": "sk-lf-bar-0123456789",
}


@pytest.fixture(scope="module")
def example_spans(recorder):
    """Return what the example sends to Langfuse, started by one command, and what it prints."""
    done = live.run_example("session_runner", LANGFUSE_HOST=recorder.url, **BOTH)
    assert done.returncode == 0, done.stderr
    return done.stdout, recorder.wait_for(1)


def test_the_example_prints_a_summary(example_spans):
    """It says how each session ended and what it cost, and that everything was sent."""
    said, _ = example_spans
    assert "project-foo/foo-refactor: Completed, $0.04" in said
    assert "project-bar/bar-docs: Stopped, $0.02" in said
    assert "project-bar/bar-broken: Failed, $0.00" in said
    assert "Langfuse: all sent" in said


def test_the_example_traces_every_turn(example_spans):
    """Five turns are five traces, each with a generation below its root, and each session has its lifecycle."""
    _, spans = example_spans
    roots = [one for one in spans if one.name == "agentic-session"]
    assert len({one.trace_id for one in roots}) == len(roots) == 5
    for root in roots:
        assert (root.parent_id, root.attributes["langfuse.internal.is_app_root"]) == ("", True)
        assert live.children(spans, root)[0].name == "claude-response"
    lifecycles = {one.trace_id: one for one in spans if one.name == "agentic-session-lifecycle"}
    assert set(lifecycles) == {
        lifecycle_ids(*pair)[0]
        for pair in (("project-foo", "foo-refactor"), ("project-bar", "bar-docs"), ("project-bar", "bar-broken"))
    }
    assert {one.attributes["langfuse.trace.metadata.lifecycle_trace_id"] for one in roots} == set(lifecycles)


def test_the_example_on_the_wire(example_spans):
    """User, session, metadata, model, usage, cost and the failing tool are where Langfuse looks for them."""
    _, spans = example_spans
    roots = [one for one in spans if one.attributes["session.id"] == "foo-refactor" and one.name == "agentic-session"]
    first, second = sorted(roots, key=lambda one: one.start_ns)
    assert first.attributes["user.id"] == "ada"
    for where in ("langfuse.trace.metadata.", "langfuse.observation.metadata."):
        told = {key: first.attributes[f"{where}{key}"] for key in ("namespace", "project", "timeout", "interactive")}
        assert told == {"namespace": "project-foo", "project": "project-foo", "timeout": 20.0, "interactive": True}
    (generation,) = (one for one in live.children(spans, first) if one.name == "claude-response")
    assert generation.attributes["langfuse.observation.model.name"] == "claude-sonnet-4-20250514"
    assert json.loads(generation.attributes["langfuse.observation.usage_details"]) == {
        "input": 120, "input_cached_tokens": 3000, "input_cache_creation": 500, "output": 180, "total": 3800,
    }  # fmt: skip
    assert json.loads(generation.attributes["langfuse.observation.cost_details"]) == {"total": 0.02}
    assert generation.attributes["langfuse.observation.input"] == "[masked]"
    (bash,) = (one for one in live.children(spans, first) if one.name == "Bash")
    assert (bash.status, bash.attributes["langfuse.observation.level"]) == (2, "ERROR")
    assert bash.attributes["langfuse.observation.type"] == "tool"
    assert [event.name for event in second.events] == ["retry"]
    reviewer = next(one for one in spans if one.name == "code-reviewer")
    assert reviewer.attributes["langfuse.observation.type"] == "agent"
    assert [one.name for one in live.children(spans, reviewer)] == ["Grep"]


def test_the_example_keeps_projects_apart(example_spans):
    """Each span came with the keys of its own project."""
    _, spans = example_spans
    pairs = {(one.headers["x-langfuse-public-key"], one.attributes["project.name"]) for one in spans}
    assert pairs == {("pk-lf-foo", "project-foo"), ("pk-lf-bar", "project-bar")}


def test_the_dashboard_shows_the_example(tmp_path):
    """Every panel of Agent Sessions has data of a Prometheus that scraped the example, also the ones that may be empty."""
    port = live.free_port()
    pause = ("--pause", "2.5", "--serve", "60")
    with (
        live.scraping("platform", port, tmp_path) as api,
        live.example("session_runner", *pause, port=port) as running,
    ):
        running.wait_for("Langfuse:")
        live.wait_for_value(api, "sum(platform_sessions_finished_total)", 3)
        live.wait_for_value(api, 'sum(platform_turns_total{outcome="ok"})', 3)
        time.sleep(2 * live.SCRAPE_SECONDS)
        assert live.empty_panels(api, "platform/agent-sessions") == set()


def test_alerts_have_tests_that_fire_and_stay_quiet():
    """Each alert of the service has a generated test with both; promtool runs them with this suite."""
    found = live.rule_tests("platform")
    assert set(found) == {"SessionFailureRate", "SessionStartSlow", "ProjectCostHigh", "PlatformNotReported"}
    assert all(fires and is_quiet for fires, is_quiet in found.values())
