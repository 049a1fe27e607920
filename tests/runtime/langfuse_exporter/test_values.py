"""What is served, against numbers worked out by hand."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.langfuse_exporter.numbers import added, mean


@pytest.fixture
def filled(server, observation, score, inside):
    """Fill the server with two traces of Claude, one of Gemini, one of nobody, their calls and three scores."""
    claude, gemini = ("agent:claude", "stage:build"), ("agent:gemini",)
    model = {"type": "GENERATION", "at": inside}
    server.observations += [
        observation(at=inside, is_root=True, latency_ms=2000, tags=claude),
        observation(at=inside, is_root=True, latency_ms=4000, tags=claude),
        observation(
            model="sonnet", cost=0.5, input=100, output=20, latency_ms=1500, first_token_ms=300, tags=claude, **model
        ),
        observation(model="sonnet", cost=0.25, input=50, output=10, latency_ms=500, tags=claude, **model),
        observation(at=inside, is_root=True, trace_name="agent.gemini", latency_ms=1000, tags=gemini),
        observation(
            trace_name="agent.gemini", model="flash", cost=0.0, input=7, output=3, latency_ms=900, tags=gemini, **model
        ),
        observation(at=inside, is_root=True, trace_name=None),
        observation(at=inside - 3600, is_root=True, tags=claude),
        observation(at=inside + 3600, is_root=True, tags=claude),
    ]
    server.scores += [
        score(at=inside, value=1.0, tags=claude),
        score(at=inside, value=0.5, tags=claude),
        score(at=inside, value=0.9, tags=gemini),
        score(at=inside, value=0.0, name="other"),
        score(at=inside - 3600, value=0.0),
    ]
    return server


def by(watched, name, label):
    return {labels[label]: watched.value(name, **labels) for labels in watched.labels(name)}


@pytest.mark.parametrize("versions", [{"v1", "v2"}, {"v1"}], ids=["version 2", "version 1 only"])
def test_by_hand(filled, watch, versions):
    """Four tasks, 0.75 dollars and a mean of 0.8 within the window, and their parts; both versions tell the same."""
    filled.versions = versions
    watched = watch()
    assert watched.exporter.poll().problem is None
    assert watched.value("langfuse_tasks") == 4
    assert watched.value("langfuse_cost_usd") == pytest.approx(0.75)
    assert watched.value("langfuse_scores") == 3
    assert watched.value("langfuse_quality_score") == pytest.approx(0.8)
    assert by(watched, "langfuse_agent_tasks", "agent") == {"claude": 2, "gemini": 1}
    assert by(watched, "langfuse_agent_cost_usd", "agent") == pytest.approx({"claude": 0.75, "gemini": 0})
    assert by(watched, "langfuse_agent_quality_score", "agent") == pytest.approx({"claude": 0.75, "gemini": 0.9})
    assert by(watched, "langfuse_trace_runs", "trace_name") == {"agent.claude": 2, "agent.gemini": 1, "unnamed": 1}
    assert watched.value("langfuse_trace_latency_p95_seconds", trace_name="agent.claude") == 4
    assert watched.value("langfuse_trace_cost_usd", trace_name="agent.claude") == pytest.approx(0.75)
    assert by(watched, "langfuse_model_calls", "model") == {"sonnet": 2, "flash": 1}
    assert watched.value("langfuse_model_tokens", model="sonnet", token_type="input") == 150
    assert watched.value("langfuse_model_tokens", model="sonnet", token_type="output") == 30
    assert watched.value("langfuse_model_latency_p95_seconds", model="sonnet") == 1.5
    assert by(watched, "langfuse_model_first_token_p95_seconds", "model") == {"sonnet": 0.3}
    # 0.75 dollars an hour for 720 hours.
    assert watched.value("langfuse_projected_month_cost_usd", plan="metered") == pytest.approx(540)
    assert watched.value("langfuse_projected_month_cost_usd", plan="flat") == 0


def test_window(watch):
    """Start and end are an hour apart, full minutes, settled; the age is told, and grows."""
    watched = watch()
    watched.exporter.poll()
    start, end = (watched.value(f"langfuse_window_{each}_timestamp_seconds") for each in ("start", "end"))
    age = watched.value("langfuse_window_age_seconds")
    assert end - start == 3600
    assert end % 60 == 0
    assert 600 <= age < 660
    assert age == pytest.approx(watched.clock.now - end, abs=1)
    watched.move(100)
    assert watched.value("langfuse_window_age_seconds") == pytest.approx(age + 100)


def test_nothing_happened(watch):
    """An empty window has 0 tasks, cost and scores, truly, and no mean, no percentile and no name at all."""
    watched = watch()
    assert watched.exporter.poll().problem is None
    assert [watched.value(f"langfuse_{each}") for each in ("tasks", "cost_usd", "scores")] == [0, 0, 0]
    assert watched.value("langfuse_quality_score") is None
    assert "p95" not in watched.text.replace("# ", "")
    assert watched.labels("langfuse_trace_runs") == watched.labels("langfuse_model_calls") == []


def test_a_cost_that_nobody_knows(server, watch, observation, inside):
    """Work without a price has no cost, rather than none: the series is absent and the missing number counted."""
    server.observations.append(observation(at=inside, is_root=True))
    watched = watch()
    watched.exporter.poll()
    assert watched.value("langfuse_tasks") == 1
    assert watched.value("langfuse_cost_usd") is None
    assert watched.value("langfuse_exporter_values_ignored_total", problem="missing") > 0


@pytest.mark.parametrize("bad", ["NaN", "much", "inf", True, [], {}])
def test_numbers_that_are_none(server, watch, observation, inside, bad):
    """A number that is none has no series, is counted, and takes nothing else with it."""
    server.observations.append(observation(at=inside, is_root=True, cost=1.0))
    server.rewrite["sum_totalCost"] = bad
    watched = watch()
    assert watched.exporter.poll().problem is None
    assert watched.value("langfuse_cost_usd") is None
    assert watched.value("langfuse_tasks") == 1
    assert watched.value("langfuse_exporter_values_ignored_total", problem="not_a_number") > 0


def test_no_counters_of_polled_sums(filled, watch):
    """Whatever comes from Langfuse is a gauge; counters are of the exporter's own doings alone."""
    watched = watch()
    watched.exporter.poll()
    kinds = {family.name: family.type for family in watched.registry.collect()}
    assert {name for name, kind in kinds.items() if kind != "gauge" and name.startswith("langfuse")} == {
        f"langfuse_exporter_{each}" for each in ("polls", "errors", "requests", "truncated", "values_ignored")
    }
    assert len([name for name in kinds if not name.startswith(("langfuse_exporter_", "obsgen_"))]) == 19


def test_names_are_bounded(server, watch, observation, inside):
    """Sixty names share the fifty places of the catalog: the rest is `other`, and the sum stays right."""
    for number in range(60):
        for _ in range(1 + (number < 10)):
            server.observations.append(observation(at=inside, is_root=True, trace_name=f"job-{number}"))
    watched = watch()
    watched.exporter.poll()
    runs = by(watched, "langfuse_trace_runs", "trace_name")
    assert len(runs) == 51
    assert runs["other"] == 10
    assert sum(runs.values()) == 70
    assert runs["job-0"] == 2
    assert watched.value("langfuse_trace_latency_p95_seconds", trace_name="other") is None


def test_names_keep_their_place(server, watch, observation, inside):
    """A name that was shown stays, however small it gets; a day unseen frees its place."""
    server.observations += [observation(at=inside, is_root=True, trace_name=f"old-{n}") for n in range(50)]
    watched = watch(window_seconds=86_400.0)
    watched.exporter.poll()
    server.observations += [observation(at=inside, is_root=True, trace_name="new") for _ in range(5)]
    watched.exporter.poll()
    assert by(watched, "langfuse_trace_runs", "trace_name")["other"] == 5
    server.observations[:] = [each for each in server.observations if each.trace_name == "new"]
    watched.monotonic.now += 86_401
    watched.exporter.poll()
    assert by(watched, "langfuse_trace_runs", "trace_name") == {"new": 5}


def test_full_answers_that_add_up(server, watch, observation, inside):
    """Tags in 1500 combinations do not fit one answer: the window is asked for in halves, and the sums are exact."""
    server.observations += [
        observation(at=inside + 60 * (n % 10), is_root=True, cost=0.01, tags=("agent:claude", f"run:{n}"))
        for n in range(1500)
    ]
    watched = watch()
    assert watched.exporter.poll().problem is None
    assert watched.value("langfuse_agent_tasks", agent="claude") == 1500
    assert watched.value("langfuse_agent_cost_usd", agent="claude") == pytest.approx(15)
    assert watched.value("langfuse_exporter_truncated_total", query="agents") == 0
    bounds = [(query["fromTimestamp"], query["toTimestamp"]) for query in server.queries]
    assert len(set(bounds)) > 1


def test_full_answers_that_do_not(server, watch, observation, inside, caplog):
    """Of 1200 names the smallest are cut off: that is counted and said, and `other` holds what the total has beyond."""
    for number in range(1200):
        for _ in range(1 + (number < 5)):
            server.observations.append(observation(at=inside, is_root=True, trace_name=f"job-{number}", cost=0.5))
    watched = watch()
    assert watched.exporter.poll().problem is None
    runs = by(watched, "langfuse_trace_runs", "trace_name")
    assert len(runs) == 51
    assert sum(runs.values()) == watched.value("langfuse_tasks") == 1205
    assert sum(by(watched, "langfuse_trace_cost_usd", "trace_name").values()) == pytest.approx(602.5)
    assert watched.value("langfuse_exporter_truncated_total", query="traces") == 1
    assert "`traces` were full" in caplog.text


def test_full_minutes(server, watch, observation, inside):
    """More combinations than an answer holds within one minute cannot be split: that is counted, and ends."""
    at = inside // 60 * 60 + 30
    server.observations += [observation(at=at, is_root=True, tags=("agent:claude", f"run:{n}")) for n in range(1500)]
    watched = watch()
    assert watched.exporter.poll().problem is None
    assert watched.value("langfuse_exporter_truncated_total", query="agents") == 1
    assert watched.value("langfuse_agent_tasks", agent="claude") == 1000
    assert watched.value("langfuse_exporter_requests_total", api="v2") < 30


def test_answers_that_are_always_full(server, watch):
    """A server whose every answer is full costs 16 splits and no more: 6 requests, and 2 for each split."""
    server.body = json.dumps({"data": [{"count_count": 1, "sum_totalCost": 1, "tags": []}] * 1000}).encode()
    watched = watch(window_seconds=86_400.0)
    assert watched.exporter.poll().problem is None
    assert len(server.paths) == 6 + 2 * 16


@given(st.lists(st.tuples(st.none() | st.floats(0, 1), st.none() | st.integers(0, 100)), max_size=5))
def test_means(pairs):
    """A mean of parts weighs each by its count, is between the smallest and the largest, and None of nothing."""
    known = [part for part, count in pairs if part is not None and count]
    found = mean(pairs)
    if not known:
        assert found is None
    else:
        assert min(known) - 1e-9 <= found <= max(known) + 1e-9


def test_sums():
    """What is unknown is left out of a sum, and a sum of unknowns is unknown."""
    assert added([1.0, None, 2.0]) == 3
    assert added([None]) is added([]) is None
    assert mean([(1.0, 1), (0.0, 3), (None, 9)]) == 0.25


def test_plans(filled, watch):
    """A flat plan of ten dollars stands beside what the others use: 0 metered of Claude's, 10 flat."""
    from obsgen_runtime.langfuse_exporter import Plan

    watched = watch(plans={"claude": Plan(kind="flat", usd=10)})
    watched.exporter.poll()
    assert watched.value("langfuse_projected_month_cost_usd", plan="flat") == 10
    assert watched.value("langfuse_projected_month_cost_usd", plan="metered") == 0


def test_without_agents(filled, watch):
    """Without a tag for agents they are not asked for, and the projection goes by model."""
    watched = watch(agent_tag="")
    state = watched.exporter.poll()
    assert watched.labels("langfuse_agent_tasks") == []
    assert watched.value("langfuse_exporter_requests_total", api="v2") == 4
    assert [line.name for line in state.figures.projection.lines] == ["flash", "sonnet"]
