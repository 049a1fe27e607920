"""The persona workflow: one command, seen by a recording server and a real Prometheus."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest

from tests.runtime.kits import live

RELEASES = 3
STAGES = {
    "version_bump": ("backend-engineer", 150, 700),
    "quality_validation": ("testing-specialist", 220, 430),
    "publish_deploy": ("devops-engineer", 120, 300),
}
BUDGETS = {"backend-engineer": 2000, "testing-specialist": 1500, "devops-engineer": 1800}
JUDGE = "observability-expert"
INPUT_USD, OUTPUT_USD = 30e-6, 60e-6  # a token of gpt-4


@pytest.fixture(scope="module")
def watched(recorder, tmp_path_factory):
    """Make three releases under watch; return what was printed, sent, served and scraped."""
    port = live.free_port()
    with (
        live.scraping("hypertool", port, tmp_path_factory.mktemp("prometheus")) as api,
        live.example(
            "package_release", f"--releases={RELEASES}", "--pause=1.5", "--serve=120", port=port, server=recorder
        ) as running,
    ):
        running.wait_for("   Check Langfuse UI")
        live.wait_for_value(
            api, "sum(hypertool_persona_duration_seconds_count)", 9 * RELEASES
        )  # before, during and after each judgement
        spans = recorder.wait_for(11 * RELEASES)
        yield SimpleNamespace(api=api, said=running.said, page=running.scrape(), spans=spans, server=recorder)


@pytest.fixture(scope="module")
def page(watched, read_exposition):
    return read_exposition(watched.page)


def seed_lines(number, stage, persona, prompt, tokens, remaining):
    """Return what the guide shows of a stage."""
    return [
        f"📝 Stage {number}: {stage}",
        f"   Persona: {persona}",
        f"   ✅ Mock LLM response for: {prompt}",
        f"   📊 Tokens: {tokens}",
        f"   💰 Budget remaining: {remaining}",
    ]


def contains(lines, wanted):
    """Return whether *wanted* stand together in *lines*."""
    return any(lines[at : at + len(wanted)] == wanted for at in range(len(lines)))


def test_output_of_the_guide(watched):
    """The first stage, the end and the words about tracing are those of the guide; the budget is the catalog's."""
    lines = watched.said
    prompt = "Implement backend for: Update version to 1.2.0"
    assert lines[:2] == ["🚀 Starting Package Release Workflow", "=" * 60]
    assert contains(lines, seed_lines(1, "Version Bump", "backend-engineer", prompt, 850, 2000 - 850))
    assert contains(lines, seed_lines(1, "Version Bump", "backend-engineer", prompt, 850, 2000 - 3 * 850))
    assert lines.count("✅ Package Release Workflow Complete!") == RELEASES
    assert lines[-3:] == [
        "🔍 Langfuse tracing enabled!",
        f"   Host: {watched.server.url}",
        "   Check Langfuse UI for LLM traces with persona context",
    ]


def test_tree_of_spans(watched):
    """Each release is one trace: the workflow below it, stages and judgements below that, the call inside the stage."""
    roots = [one for one in watched.spans if not one.parent_id]
    parts = [part for stage in STAGES for part in ((f"stage.{stage}", ("mock_llm",)), (f"persona.{JUDGE}",))]
    wanted = ("package_release", ("workflow.package_release", *parts))
    assert [live.tree(watched.spans, root) for root in roots] == [wanted] * RELEASES
    assert len({root.trace_id for root in roots}) == RELEASES
    assert len(watched.spans) == 11 * RELEASES
    for span in watched.spans:
        above = [one for one in watched.spans if one.span_id == span.parent_id]
        assert all(one.start_ns <= span.start_ns and span.end_ns <= one.end_ns for one in above), span.name


def test_persona_is_user_and_chatmode_is_session(watched):
    """Each stage and its call have the persona as user, the chatmode as session, and both as tags; the whole has no user."""
    for span in watched.spans:
        assert span.attributes["session.id"] == "package-release"
        assert span.status != 2
        if span.name in ("package_release", "workflow.package_release"):
            assert "user.id" not in span.attributes
    for stage, (persona, _, _) in STAGES.items():
        own = [one for one in watched.spans if one.attributes.get("stage.name") == stage]
        assert len(own) == 2 * RELEASES
        for span in own:
            assert span.attributes["user.id"] == persona
            wanted = {"workflow:package_release", f"stage:{stage}", f"persona:{persona}"}
            assert wanted <= set(span.attributes["langfuse.trace.tags"])


def test_calls_of_the_model(watched):
    """Each generation has model, tokens and cost as computed by hand, and neither prompt nor answer."""
    calls = [one for one in watched.spans if one.name == "mock_llm"]
    for stage, (_, told, wrote) in STAGES.items():
        for call in (one for one in calls if one.attributes["stage.name"] == stage):
            assert call.attributes["langfuse.observation.model.name"] == "gpt-4"
            usage = json.loads(call.attributes["langfuse.observation.usage_details"])
            assert usage == {"input": told, "output": wrote, "total": told + wrote}
            cost = json.loads(call.attributes["langfuse.observation.cost_details"])["total"]
            assert cost == pytest.approx(told * INPUT_USD + wrote * OUTPUT_USD)
    assert b"Mock LLM response" not in watched.server.everything()
    assert b"Update version to" not in watched.server.everything()


def test_what_ended_how(watched):
    """The trace knows its version and that it went well, and every verdict is an event of whoever judged."""
    for root in (one for one in watched.spans if not one.parent_id):
        assert (live.metadata(root, "version"), live.metadata(root, "status")) == ("1.2.0", "success")
    judged = [one for one in watched.spans if one.name == f"persona.{JUDGE}"]
    verdicts = [(event.name, event.attributes["result"]) for one in judged for event in one.events]
    assert verdicts == [("quality_gate", "passed")] * 3 * RELEASES


def test_metrics_are_what_happened(page):
    """Tokens, budgets, switches, stages, gates and cost are those of three releases."""
    mode = {"chatmode": "package-release"}
    for stage, (persona, told, wrote) in STAGES.items():
        used = RELEASES * (told + wrote)
        assert page.value("hypertool_persona_tokens_used_total", persona=persona, model="gpt-4", **mode) == used
        assert page.value("hypertool_persona_token_budget_remaining", persona=persona) == BUDGETS[persona] - used
        labels = {"workflow": "package_release", "stage": stage}
        name = "hypertool_workflow_stage_duration_seconds_count"
        assert page.value(name, persona=persona, **labels) == RELEASES
        assert page.value("hypertool_workflow_quality_gate_total", result="passed", **labels) == RELEASES
        assert page.value("hypertool_workflow_quality_gate_total", result="failed", **labels) == 0
        cost = page.value("llm_cost_usd_total", model="gpt-4", persona=persona)
        assert cost == pytest.approx(RELEASES * (told * INPUT_USD + wrote * OUTPUT_USD))
        assert page.value("llm_tokens_total", model="gpt-4", persona=persona, token_type="output") == RELEASES * wrote
    switched = {
        ("none", "backend-engineer"): 1,
        ("backend-engineer", "testing-specialist"): RELEASES,
        ("testing-specialist", "devops-engineer"): RELEASES,
        ("devops-engineer", "backend-engineer"): RELEASES - 1,
        **{(persona, JUDGE): RELEASES for persona, _, _ in STAGES.values()},
    }
    found = {
        (one.labels["from_persona"], one.labels["to_persona"]): one.value
        for one in page.samples
        if one.name == "hypertool_persona_switches_total" and one.value
    }
    assert found == switched


def test_nothing_was_refused_or_lost(page):
    """No label was `other`, no fault was swallowed, and what was made was sent."""
    assert [one for one in page.samples if "other" in one.labels.values() and one.value] == []
    for name in ("hook_faults_total", "label_rejected_total", "value_rejected_total", "price_unknown_total"):
        assert sum(one.value for one in page.samples if one.name == f"obsgen_runtime_{name}") == 0
    made, sent = (page.value(f"obsgen_runtime_export_{one}_total", signal="span") for one in ("made", "sent"))
    assert made == sent == 11 * RELEASES


@pytest.mark.parametrize(
    ("dashboard", "may_be_empty"),
    [
        ("hypertool/persona-overview", set()),
        ("hypertool/workflow-performance", {"Slow stages"}),
        (
            "llm/llm-calls",
            {
                "Time to first token, 95th percentile",
                "Longest wait within a stream, 95th percentile",
                "Errors by kind",
                "Retries",
            },
        ),
    ],
)
def test_panels_show_something(watched, dashboard, may_be_empty):
    """Every panel has data in the real Prometheus, but for those whose event did not happen, which say so."""
    assert live.empty_panels(watched.api, dashboard) <= may_be_empty <= live.documented_as_empty(dashboard)


def test_rules_are_loaded_and_quiet(watched):
    """Prometheus has loaded the generated alerts, evaluates them without error, and none fires after three releases."""
    rules = [rule for group in watched.api.get("rules")["groups"] for rule in group["rules"]]
    assert {"PersonaTokenBudgetExceeded", "WorkflowStageSlow", "LlmErrorRate"} <= {rule["name"] for rule in rules}
    assert [rule["name"] for rule in rules if rule["health"] == "err"] == []
    assert live.value(watched.api, 'count(ALERTS{alertstate="firing"})') is None


@pytest.mark.parametrize("service", ["hypertool", "llm"])
def test_alerts_have_tests(service):
    """Each alert has a generated test in which it fires and stays quiet; promtool runs them with this suite."""
    tests = live.rule_tests(service)
    assert tests
    assert all(fires and is_quiet for fires, is_quiet in tests.values())


def test_without_keys():
    """Without keys it releases all the same, says so, and ends with 0."""
    done = live.run_example("package_release")
    assert done.returncode == 0, done.stderr
    assert "⚠️  Langfuse not configured" in done.stdout.splitlines()
    assert "✅ Package Release Workflow Complete!" in done.stdout.splitlines()
    assert re.findall(r"Budget remaining: (\S+)", done.stdout) == ["1150", "850", "1380"]
    assert "Traceback" not in done.stderr


def test_a_gate_that_fails(recorder):
    """Too little coverage stops the release before it is published: exit code 1, and a trace that has failed."""
    before = len(recorder.spans)
    done = live.run_example("package_release", "--coverage=0.5", server=recorder)
    spans = recorder.spans[before:]
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines().count("   ❌ Quality gate: failed") == 1
    assert "Publish Deploy" not in done.stdout
    (root,) = (one for one in spans if not one.parent_id)
    assert (live.metadata(root, "status"), root.status) == ("failed", 2)


def test_an_unknown_example():
    """A name that is none lists those that are."""
    done = live.run_example("package_relaese")
    assert done.returncode == 2
    assert "package_release" in done.stderr


@pytest.mark.parametrize("name", ["package_release", "orchestrator"])
def test_a_setting_that_makes_no_sense(name):
    """It is one line that names the setting, and exit code 2."""
    done = live.run_example(name, OBSGEN_PROMETHEUS_PORT="many")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{name}: error: OBSGEN_PROMETHEUS_PORT")


def test_a_terminal_without_utf_8():
    """The output is the same in a locale that has no such characters."""
    done = live.run_example("package_release", LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("🚀")
