"""The orchestrator: one command, real processes as agents, seen by a recording server and a real Prometheus."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest

from tests.runtime.kits import live

BREAKER_SECONDS = 3
CLAUDE_IN, CLAUDE_OUT = 220, 880  # tokens of its four tasks
CLAUDE_USD = CLAUDE_IN * 3e-6 + CLAUDE_OUT * 15e-6


@pytest.fixture(scope="module")
def watched(recorder, tmp_path_factory):
    """Run the example under watch; return what was printed, sent, served and scraped."""
    port = live.free_port()
    options = ("--timeout=4", f"--breaker-seconds={BREAKER_SECONDS}", "--pause=0.2", "--serve=120")
    with (
        live.scraping("orchestrator", port, tmp_path_factory.mktemp("prometheus")) as api,
        live.example("orchestrator", *options, port=port, server=recorder) as running,
    ):
        running.wait_for("Langfuse: ", timeout=60)
        live.wait_for_value(api, "sum(orchestrator_tasks_total)", 20)
        spans = recorder.wait_for(104)
        yield SimpleNamespace(api=api, said=running.said, page=running.scrape(), spans=spans, server=recorder)


@pytest.fixture(scope="module")
def page(watched, read_exposition):
    return read_exposition(watched.page)


def task(watched, number):
    """Return the root span of a task and everything of its trace."""
    (root,) = (one for one in watched.spans if not one.parent_id and live.metadata(one, "task_id") == f"task_{number}")
    return root, [one for one in watched.spans if one.trace_id == root.trace_id]


def nonzero(page, name, *labels):
    """Return label values -> value of the series of *name* that are not 0."""
    return {
        tuple(one.labels[label] for label in labels): one.value
        for one in page.samples
        if one.name == f"orchestrator_{name}" and one.value
    }


def test_what_is_printed(watched):
    """Every task is done, and the table has tasks, success, quality and cost of each agent; unknown is not zero."""
    done = [line for line in watched.said if line.startswith("✅")]
    assert len(done) == 14
    assert "✅ task_5 review: copilot (success) -> claude (success)" in done
    assert "✅ task_6 feature: cache" in done
    assert "✅ task_11 documentation: gemini (failure) -> copilot (success)" in done
    assert "✅ task_12 documentation: copilot (success)" in done  # the breaker of gemini is open
    assert "✅ task_13 testing: copilot (failure) -> claude (success)" in done
    assert "✅ task_14 documentation: gemini (success)" in done
    rows = [re.split(r"  +", line) for line in watched.said[-6:-2]]
    assert rows == [
        ["agent", "tasks", "success", "quality", "cost"],
        ["claude", "4", "100%", "0.90", f"${CLAUDE_USD:.4f}"],
        ["gemini", "7", "29%", "0.90", "$0.0000"],
        ["copilot", "9", "89%", "0.84", "unknown"],
    ]


def test_counts(page):
    """Tasks, selections, switches, look-ups, rounds and breaker are counted as they happened."""
    assert nonzero(page, "tasks_total", "agent", "task_type", "outcome") == {
        ("claude", "feature", "success"): 1,
        ("claude", "security", "success"): 1,
        ("claude", "review", "success"): 1,
        ("claude", "testing", "success"): 1,
        ("gemini", "documentation", "success"): 2,
        ("gemini", "documentation", "failure"): 5,
        ("copilot", "testing", "success"): 1,
        ("copilot", "testing", "failure"): 1,
        ("copilot", "review", "success"): 1,
        ("copilot", "documentation", "success"): 6,
    }
    assert nonzero(page, "agent_selections_total", "agent", "reason_code") == {
        ("claude", "reward"): 1,
        ("claude", "task_type"): 1,
        ("claude", "fallback"): 2,
        ("gemini", "reward"): 7,
        ("copilot", "reward"): 3,
        ("copilot", "fallback"): 6,
    }
    assert nonzero(page, "agent_switches_total", "from_agent", "to_agent", "reason_code") == {
        ("copilot", "claude", "quality"): 1,
        ("gemini", "copilot", "failure"): 5,
        ("copilot", "claude", "timeout"): 1,
    }
    assert nonzero(page, "cache_lookups_total", "result") == {("hit",): 1, ("miss",): 13}
    assert nonzero(page, "task_iterations_total", "agent") == {("claude",): 4, ("gemini",): 7, ("copilot",): 9}
    assert nonzero(page, "circuit_breaker_transitions_total", "agent", "to_state") == {
        ("gemini", "open"): 1,
        ("gemini", "half_open"): 1,
        ("gemini", "closed"): 1,
    }
    assert sorted(map(tuple, (one.items() for one in page.labels("orchestrator_circuit_breaker_open")))) == [
        (("agent", "claude"),),
        (("agent", "copilot"),),
        (("agent", "gemini"),),
    ]
    assert nonzero(page, "circuit_breaker_open", "agent") == {}


def test_tokens_cost_and_quality(page):
    """Tokens are split where the agent splits them, cost is known where it is known, and the rest counted as unknown."""
    assert nonzero(page, "task_tokens_total", "agent", "project", "token_type") == {
        ("claude", "proj_123", "input"): CLAUDE_IN,
        ("claude", "proj_123", "output"): CLAUDE_OUT,
        ("gemini", "proj_123", "unsplit"): 270,
    }
    cost = nonzero(page, "task_cost_usd_total", "agent", "project")
    assert set(cost) == {("claude", "proj_123")}
    per_type = nonzero(page, "task_cost_usd_total", "agent", "project", "task_type")
    assert sum(per_type.values()) == pytest.approx(CLAUDE_USD)
    for name in ("price_unknown", "usage_unknown"):
        assert page.value(f"obsgen_runtime_{name}_total", model="copilot") == 8
        assert page.value(f"obsgen_runtime_{name}_total", model="gemini") is None
    assert nonzero(page, "quality_score_ratio_count", "agent") == {("claude",): 4, ("gemini",): 2, ("copilot",): 8}
    assert nonzero(page, "task_duration_seconds_count", "agent") == {("claude",): 4, ("gemini",): 2, ("copilot",): 8}


def test_nothing_was_refused_or_lost(page):
    """No label was `other`, no fault was swallowed, and what was made was sent."""
    assert [one for one in page.samples if "other" in one.labels.values() and one.value] == []
    for name in ("hook_faults_total", "label_rejected_total", "value_rejected_total"):
        assert sum(one.value for one in page.samples if one.name == f"obsgen_runtime_{name}") == 0
    for signal in ("span", "score"):
        made, sent = (page.value(f"obsgen_runtime_export_{one}_total", signal=signal) for one in ("made", "sent"))
        assert made == sent > 0


def test_a_task_is_one_trace(watched):
    """Selection, attempts with their commands and judgements, and the switch between them stand below the task."""
    root, spans = task(watched, 5)
    assert [one.name for one in live.children(tuple(spans), root)] == [
        "agent_selection",
        "agent.copilot",
        "agent_selection",
        "agent.claude",
        "agent_switch",
    ]
    (claude,) = (one for one in spans if one.name == "agent.claude")
    below = {one.name for one in live.children(tuple(spans), claude)}
    assert below == {"circuit_breaker_check", "usage", "cli.claude", "quality_assessment"}
    assert claude.attributes["langfuse.observation.type"] == "agent"
    assert claude.attributes["agent.name"] == claude.attributes["gen_ai.agent.name"] == "claude"
    assert {"agent:claude", "review"} <= set(claude.attributes["langfuse.trace.tags"])
    assert "user.id" not in claude.attributes
    told = ("task_type", "project_id", "agent_switches", "iteration", "quality_score", "session_id")
    assert [live.metadata(claude, name) for name in told] == ["review", "proj_123", 1, 1, 0.9, "sess_claude"]
    (usage,) = (one for one in spans if one.name == "usage")
    assert json.loads(usage.attributes["langfuse.observation.usage_details"])["total"] == 300
    assert json.loads(usage.attributes["langfuse.observation.cost_details"])["total"] == pytest.approx(0.00378)
    (switch,) = (one for one in spans if one.name == "agent_switch")
    assert live.metadata(switch, "quality_gain") == 0.5


def test_selection_event(watched):
    """It has the chosen agent, the fixed word, the words, and what each agent promised."""
    _, spans = task(watched, 4)
    (chosen,) = (one for one in spans if one.name == "agent_selection")
    assert live.metadata(chosen, "agent") == "claude"
    assert live.metadata(chosen, "reason_code") == "task_type"
    assert live.metadata(chosen, "reason") == "Task type: security"
    assert json.loads(live.metadata(chosen, "rewards")) == {"claude": 0.9, "gemini": 0.3, "copilot": 0.2}


@pytest.mark.parametrize(("number", "agent", "reason"), [(7, "gemini", "exit_code"), (13, "copilot", "timeout")])
def test_errors_of_commands_are_errors(watched, number, agent, reason):
    """A command that fails or hangs is a tool of status ERROR, and so is its agent; the task ends well elsewhere."""
    root, spans = task(watched, number)
    (tool,) = (one for one in spans if one.name == f"cli.{agent}")
    (attempt,) = (one for one in spans if one.name == f"agent.{agent}")
    assert tool.attributes["langfuse.observation.type"] == "tool"
    assert (tool.status, tool.attributes["langfuse.observation.level"]) == (2, "ERROR")
    assert live.metadata(tool, "reason_code") == reason
    assert (attempt.status, live.metadata(attempt, "status")) == (2, "failure")
    assert (root.status, live.metadata(root, "status")) == (0, "success")


def test_breaker_events_belong_to_their_task(watched):
    """Each change of the breaker is an event in the trace of the task that brought it about."""
    changes = [
        (root, live.metadata(one, "agent"), live.metadata(one, "state"))
        for root in (11, 14)
        for one in task(watched, root)[1]
        if one.name == "circuit_breaker"
    ]
    assert sorted(changes) == [(11, "gemini", "open"), (14, "gemini", "closed"), (14, "gemini", "half_open")]
    (opened,) = (one for one in task(watched, 11)[1] if one.name == "circuit_breaker")
    assert live.metadata(opened, "failure_count") == 5
    assert opened.attributes["langfuse.observation.level"] == "WARNING"


def test_each_run_says_what_its_breaker_said(watched):
    """Every run of an agent tells the state of its breaker when it began: the run that tests it is half open."""
    runs = [one for one in watched.spans if one.name.startswith("agent.")]
    checks = {one.parent_id: one for one in watched.spans if one.name == "circuit_breaker_check"}
    assert {one.span_id for one in runs} == set(checks)
    states = {live.metadata(one, "state") for one in checks.values()}
    assert states == {"closed", "half_open"}


def test_scores(watched):
    """Each judgement is a score of the agent's span; comments, prompts and answers stay here."""
    bodies = watched.server.bodies("/api/public/scores")
    scores = [one for body in bodies for one in (body if isinstance(body, list) else [body])]
    agents = {one.span_id: one for one in watched.spans if one.name.startswith("agent.")}
    assert sorted(one["value"] for one in scores) == [0.4] + 13 * [0.9]
    for one in scores:
        assert one["traceId"] == agents[one["observationId"]].trace_id
        assert live.metadata(agents[one["observationId"]], "quality_score") == one["value"]
    everything = watched.server.everything()
    for content in (b"user profiles", b"judged by the example", b"quota exhausted"):
        assert content not in everything


def test_panels_show_something(watched):
    """Every panel of the dashboard has data in the real Prometheus."""
    assert live.empty_panels(watched.api, "orchestrator/agent-performance") == set()


def test_prometheus_has_seen_the_breaker_open(watched):
    """The gauge was 1 while the breaker was open, and the rule that looks at it is loaded and sound."""
    assert live.value(watched.api, 'max_over_time(orchestrator_circuit_breaker_open{agent="gemini"}[5m])') == 1
    assert live.value(watched.api, 'max_over_time(orchestrator_circuit_breaker_open{agent="claude"}[5m])') == 0
    rules = [rule for group in watched.api.get("rules")["groups"] for rule in group["rules"]]
    assert "AgentCircuitOpen" in {rule["name"] for rule in rules}
    assert [rule["name"] for rule in rules if rule["health"] == "err"] == []


def test_alerts_have_tests():
    """Each alert has a generated test in which it fires and stays quiet; promtool runs them with this suite."""
    tests = live.rule_tests("orchestrator")
    assert set(tests) >= {"AgentCircuitOpen", "AgentFailureRate", "AgentQualityLow", "DailyCostHigh"}
    assert all(fires and is_quiet for fires, is_quiet in tests.values())
