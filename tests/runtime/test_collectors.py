"""Generated collectors, seen through a scrape."""

import enum
import sys
import threading
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

GATE = {"workflow": "release", "stage": "test"}


class Chatmode(str, enum.Enum):  # noqa: UP042  (as older programs spell it)
    DEMO = "demo"


class Hostile:
    def __hash__(self):
        raise RuntimeError("no hash")

    def __str__(self):
        raise RuntimeError("no text")


@pytest.fixture
def switch_often():
    """Let threads take turns far more often than usual, so that a race shows within a test."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def rejected(view, metric, label, reason):
    return view.value("obsgen_runtime_label_rejected_total", metric=metric, label=label, reason=reason)


def test_counter(hypertool, registry, scrape):
    """A counter adds up under exactly its catalog name."""
    metrics = hypertool.HypertoolMetrics(registry)
    for amount in (1, 2.5, Decimal("0.5")):
        metrics.hypertool_workflow_quality_gate_total.inc(amount, **GATE, result="passed")
    view = scrape(registry)
    assert view.value("hypertool_workflow_quality_gate_total", **GATE, result="passed") == 4


def test_first_use_of_an_open_combination_creates_its_siblings(hypertool, registry, scrape):
    """When the first verdict of a stage comes in, the other verdict is on /metrics too, at 0."""
    metrics = hypertool.HypertoolMetrics(registry)
    assert scrape(registry).labels("hypertool_workflow_quality_gate_total") == []
    metrics.hypertool_workflow_quality_gate_total.inc(**GATE, result="passed")
    view = scrape(registry)
    assert view.value("hypertool_workflow_quality_gate_total", **GATE, result="passed") == 1
    assert view.value("hypertool_workflow_quality_gate_total", **GATE, result="failed") == 0


def test_declare_comes_ahead_of_the_first_event(hypertool, registry, scrape):
    """After `declare`, both verdicts of the stage are on /metrics at 0, and a second call resets nothing."""
    gate = hypertool.HypertoolMetrics(registry).hypertool_workflow_quality_gate_total
    gate.declare(**GATE)
    view = scrape(registry)
    for result in ("passed", "failed"):
        assert view.value("hypertool_workflow_quality_gate_total", **GATE, result=result) == 0
    gate.inc(**GATE, result="failed")
    gate.declare(**GATE)
    assert scrape(registry).value("hypertool_workflow_quality_gate_total", **GATE, result="failed") == 1


def test_closed_metrics_start_at_zero(awkward, registry, scrape):
    """A metric whose labels are all closed has all its series from the start, `other` not among them."""
    awkward.AwkwardMetrics(registry).awkward_pairs_total.declare()
    view = scrape(registry)
    assert [view.value("awkward_pairs_total", side=s, lane=n) for s in ("left", "right") for n in ("1", "true")] == [
        0
    ] * 4
    assert len(view.labels("awkward_pairs_total")) == 4
    assert view.value("awkward_temperature_celsius_count", place="inside") == 0
    assert view.value("awkward_events_total") == 0
    assert view.value("awkward_latency_seconds_count") == 0


def test_gauges_start_only_where_the_catalog_says_so(hypertool, awkward, registry, scrape):
    """Budgets stand on /metrics before anything happens; a gauge that nobody set does not."""
    hypertool.HypertoolMetrics(registry)
    metrics = awkward.AwkwardMetrics(registry)
    view = scrape(registry)
    for persona, budget in hypertool.PERSONA_TOKEN_BUDGET.items():
        assert view.value("hypertool_persona_token_budget_remaining", persona=persona) == budget
    assert view.families["awkward_level_ratio"] == "gauge"
    assert view.value("awkward_level_ratio") is None
    metrics.awkward_level_ratio.set(0.5)
    assert scrape(registry).value("awkward_level_ratio") == 0.5


def test_gauge_moves_from_where_it_started(hypertool, awkward, registry, scrape):
    """`dec` and `inc` go on from the start value, also on the first use of an open combination, and below zero."""
    budget = hypertool.HypertoolMetrics(registry).hypertool_persona_token_budget_remaining
    budget.dec(2100, persona="backend-engineer")
    budget.inc(persona="data-scientist")
    queue = awkward.AwkwardMetrics(registry).awkward_queue_items
    queue.inc(2, side="left", queue="mail")
    queue.dec(2, side="right", queue="mail")
    view = scrape(registry)
    assert view.value("hypertool_persona_token_budget_remaining", persona="backend-engineer") == -100
    assert view.value("hypertool_persona_token_budget_remaining", persona="data-scientist") == 1701
    assert view.value("awkward_queue_items", side="left", queue="mail") == 7
    assert view.value("awkward_queue_items", side="right", queue="mail") == 3


def test_a_second_collector_object_does_not_reset_a_gauge(hypertool, registry, scrape):
    """Budgets are written when the metric is made, not whenever somebody asks for it."""
    hypertool.HypertoolMetrics(registry).hypertool_persona_token_budget_remaining.dec(500, persona="backend-engineer")
    hypertool.HypertoolMetrics(registry)
    assert scrape(registry).value("hypertool_persona_token_budget_remaining", persona="backend-engineer") == 1500


def test_info_is_written_at_start(hypertool, registry, scrape):
    """An info metric of closed and derived labels has one series per value, numbers without a fraction."""
    hypertool.HypertoolMetrics(registry)
    view = scrape(registry)
    assert view.families["hypertool_persona_info"] == "gauge"
    assert view.value("hypertool_persona_info", persona="testing-specialist", token_budget="1500") == 1
    assert len(view.labels("hypertool_persona_info")) == 6


def test_info_with_open_labels_is_written_when_set(awkward, registry, scrape):
    """Derived labels follow the value they belong to, and `other` where there is none."""
    metrics = awkward.AwkwardMetrics(registry)
    assert scrape(registry).labels("awkward_build_info") == []
    metrics.awkward_build_info.set(version="1.2", side="left")
    metrics.awkward_build_info.set(version="1.2", side="up")
    assert scrape(registry).labels("awkward_build_info") == [
        {"version": "1.2", "side": "left", "weight": "1.5"},
        {"version": "1.2", "side": "other", "weight": "other"},
    ]


def test_histogram(hypertool, registry, scrape):
    """Observations fall into the catalog's buckets."""
    stages = hypertool.HypertoolMetrics(registry).hypertool_workflow_stage_duration_seconds
    labels = {"workflow": "release", "stage": "build", "persona": "devops-engineer"}
    stages.observe(301, **labels)
    view = scrape(registry)
    assert view.value("hypertool_workflow_stage_duration_seconds_bucket", **labels, le="300.0") == 0
    assert view.value("hypertool_workflow_stage_duration_seconds_bucket", **labels, le="600.0") == 1
    assert view.value("hypertool_workflow_stage_duration_seconds_sum", **labels) == 301
    bounds = {each["le"] for each in view.labels("hypertool_workflow_stage_duration_seconds_bucket")}
    assert bounds == {"1.0", "5.0", "10.0", "30.0", "60.0", "120.0", "300.0", "600.0", "1200.0", "+Inf"}


def test_labels_named_like_words_of_the_language(awkward, registry, scrape):
    """Labels called `self`, `amount` or `key` keep their names in a call; keywords get an underscore."""
    words = awkward.AwkwardMetrics(registry).awkward_words_total
    words.inc(3, class_="a", self="b", amount="c", value="d", key="e", open_values="f", ValueError_="g")
    words.inc(class_="a", self="b", amount="c", value="d", key="e", open_values="f", ValueError_="g")
    words.inc(-1, class_="a", self="b", amount="c", value="d", key="e", open_values="f", ValueError_="g")
    shown = {"class": "a", "self": "b", "amount": "c", "value": "d", "key": "e", "open_values": "f", "ValueError": "g"}
    assert scrape(registry).value("awkward_words_total", **shown) == 4


def test_unknown_value_is_recorded_as_other_and_counted(hypertool, registry, scrape):
    """A verdict that the catalog lacks is not lost: it is `other`, and the refusal is counted beside it."""
    gate = hypertool.HypertoolMetrics(registry).hypertool_workflow_quality_gate_total
    gate.inc(**GATE, result="fail")
    gate.inc(**GATE, result="fail")
    view = scrape(registry)
    assert view.value("hypertool_workflow_quality_gate_total", **GATE, result="other") == 2
    assert view.value("hypertool_workflow_quality_gate_total", **GATE, result="failed") == 0
    assert rejected(view, "hypertool_workflow_quality_gate_total", "result", "unknown_value") == 2
    assert rejected(view, "hypertool_workflow_quality_gate_total", "result", "too_long") == 0


def test_bound_on_distinct_values(awkward, registry, scrape):
    """Beyond `at_most` distinct values the surplus is `other`; values seen before, and `other` itself, still count."""
    queue = awkward.AwkwardMetrics(registry).awkward_queue_items
    for name in ("a", "b", "c", "d", "e", "a", "other"):
        queue.inc(side="left", queue=name)
    view = scrape(registry)
    assert view.value("awkward_queue_items", side="left", queue="a") == 7
    assert view.value("awkward_queue_items", side="left", queue="other") == 8
    assert {each["queue"] for each in view.labels("awkward_queue_items")} == {"a", "b", "c", "other"}
    assert rejected(view, "awkward_queue_items", "queue", "over_limit") == 2


@pytest.mark.parametrize(
    ("value", "text", "reason"),
    [
        (None, "other", "not_text"),
        (Hostile(), "other", "not_text"),
        ([], "other", "not_text"),
        (b"demo", "other", "not_text"),
        ("\udcff", "other", "not_text"),
        ("x" * 257, "other", "too_long"),
        ("", "other", "empty"),
        (Chatmode.DEMO, "demo", None),
        (7, "7", None),
        (True, "true", None),
        ('quote " backslash \\ newline \n', 'quote " backslash \\ newline \n', None),
    ],
)
def test_open_label_values(hypertool, registry, scrape, *, value, text, reason):
    """What an open label is given shows as its text, or as `other` with a reason; nothing raises."""
    metrics = hypertool.HypertoolMetrics(registry)
    metrics.hypertool_persona_duration_seconds.observe(60, persona="data-scientist", chatmode=value)
    view = scrape(registry)
    name = "hypertool_persona_duration_seconds"
    assert view.value(f"{name}_count", persona="data-scientist", chatmode=text) == 1
    if reason is not None:
        assert rejected(view, name, "chatmode", reason) == 1
    else:
        assert view.labels("obsgen_runtime_label_rejected_total") == []


def test_equal_values_of_other_types_do_not_meet(awkward, registry, scrape):
    """`True`, `1` and `"1"` are equal or look alike to Python, and stay apart on /metrics."""
    pairs = awkward.AwkwardMetrics(registry).awkward_pairs_total
    for _ in range(3):
        pairs.inc(side="left", lane="1")
        pairs.inc(side="left", lane=1)
        pairs.inc(side="left", lane=True)
        pairs.inc(side="left", lane=1.0)
    view = scrape(registry)
    assert view.value("awkward_pairs_total", side="left", lane="1") == 6
    assert view.value("awkward_pairs_total", side="left", lane="true") == 3
    assert view.value("awkward_pairs_total", side="left", lane="other") == 3


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (-1, "negative"),
        (float("nan"), "not_finite"),
        (float("inf"), "not_finite"),
        (10**400, "not_finite"),
        ("1", "not_a_number"),
        (None, "not_a_number"),
        (1j, "not_a_number"),
    ],
)
def test_bad_numbers_are_counted_and_left_out(hypertool, awkward, registry, scrape, *, amount, reason):
    """A number that would poison a counter or a histogram is refused before and after the first good one."""
    metrics = hypertool.HypertoolMetrics(registry)
    gate, spent = metrics.hypertool_workflow_quality_gate_total, metrics.hypertool_persona_duration_seconds
    level = awkward.AwkwardMetrics(registry).awkward_level_ratio
    for each in (amount, 1, amount):
        gate.inc(each, **GATE, result="passed")
        spent.observe(each, persona="data-scientist", chatmode="demo")
        level.set(1 if each == -1 else each)
    view = scrape(registry)
    assert view.value("hypertool_workflow_quality_gate_total", **GATE, result="passed") == 1
    assert view.value("hypertool_persona_duration_seconds_sum", persona="data-scientist", chatmode="demo") == 1
    assert view.value("hypertool_persona_duration_seconds_count", persona="data-scientist", chatmode="demo") == 1
    assert view.value("awkward_level_ratio") == 1
    for name in ("hypertool_workflow_quality_gate_total", "hypertool_persona_duration_seconds"):
        assert view.value("obsgen_runtime_value_rejected_total", metric=name, reason=reason) == 2


def test_numbers_below_zero_in_a_histogram_that_has_such_buckets(awkward, registry, scrape):
    """Only a histogram whose first bucket ends below zero takes negative observations."""
    metrics = awkward.AwkwardMetrics(registry)
    metrics.awkward_temperature_celsius.observe(-20, place="inside")
    metrics.awkward_latency_seconds.observe(-20)
    view = scrape(registry)
    assert view.value("awkward_temperature_celsius_bucket", place="inside", le="-10.0") == 1
    assert view.value("awkward_latency_seconds_count") == 0


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda m: m.hypertool_workflow_quality_gate_total.inc(**GATE, result="pass"),
            ValueError,
            "hypertool_workflow_quality_gate_total: `pass` is not a value of label `result`; did you mean `passed`?",
        ),
        (
            lambda m: m.hypertool_persona_duration_seconds.observe(1, persona="data-scientist", chatmode=None),
            TypeError,
            "hypertool_persona_duration_seconds: label `chatmode`: a value of type NoneType is not UTF-8 text",
        ),
        (
            lambda m: m.hypertool_workflow_quality_gate_total.inc(-1, **GATE, result="passed"),
            ValueError,
            "hypertool_workflow_quality_gate_total: -1 cannot be recorded: negative",
        ),
        (
            lambda m: m.hypertool_persona_token_budget_remaining.set("1", persona="data-scientist"),
            TypeError,
            "hypertool_persona_token_budget_remaining: 1 cannot be recorded: not a number",
        ),
        (
            lambda m: m.hypertool_workflow_quality_gate_total.declare(workflow="", stage="test"),
            ValueError,
            "hypertool_workflow_quality_gate_total: label `workflow`: `` is empty",
        ),
    ],
)
def test_strict_mode_raises(hypertool, registry, scrape, *, call, kind, message):
    """In strict mode a refused value raises, says what would be right, and is not counted."""
    metrics = hypertool.HypertoolMetrics(registry, strict=True)
    with pytest.raises(kind) as caught:
        call(metrics)
    assert str(caught.value).startswith(message)
    assert caught.value.__suppress_context__
    assert "obsgen_runtime_label_rejected" not in scrape(registry).families


def test_strictness_belongs_to_the_object(hypertool, registry):
    """Two objects on one registry share the series; only the strict one raises."""
    hypertool.HypertoolMetrics(registry, strict=True)
    hypertool.HypertoolMetrics(registry).hypertool_workflow_quality_gate_total.inc(**GATE, result="pass")


def test_threads_that_meet_on_the_first_use_lose_nothing(hypertool, scrape, switch_often):
    """However many threads use a new combination at once, every increment arrives."""
    for _ in range(20):
        registry = CollectorRegistry()
        gate = hypertool.HypertoolMetrics(registry).hypertool_workflow_quality_gate_total
        start = threading.Barrier(8)

        def work(gate=gate, start=start):
            start.wait()
            for stage in range(5):
                gate.inc(workflow="release", stage=f"s{stage}", result="passed")
                gate.inc(workflow="release", stage=f"s{stage}", result="wrong")

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        view = scrape(registry)
        for stage in range(5):
            for result in ("passed", "other"):
                labels = {"workflow": "release", "stage": f"s{stage}", "result": result}
                assert view.value("hypertool_workflow_quality_gate_total", **labels) == 8
        assert rejected(view, "hypertool_workflow_quality_gate_total", "result", "unknown_value") == 40


def test_threads_that_meet_on_a_gauge_that_starts_somewhere(awkward, scrape, switch_often):
    """The start value is written once, before the first change, and never again."""
    for _ in range(20):
        registry = CollectorRegistry()
        queue = awkward.AwkwardMetrics(registry).awkward_queue_items
        start = threading.Barrier(8)

        def work(queue=queue, start=start):
            start.wait()
            for side in ("left", "right", "wrong"):
                queue.inc(side=side, queue="mail")

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        view = scrape(registry)
        found = [view.value("awkward_queue_items", side=side, queue="mail") for side in ("left", "right", "other")]
        assert found == [13, 13, 13]


VALUES = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=300),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(max_size=5),
    st.builds(Hostile),
    st.builds(dict),
)
NUMBERS = st.one_of(st.floats(), st.integers(), st.none(), st.text(max_size=3), st.complex_numbers())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(NUMBERS, VALUES, VALUES, VALUES), max_size=30))
def test_nothing_raises_and_the_scrape_stays_whole(hypertool, scrape, calls):
    """Whatever is recorded, nothing raises, every series has the catalog's labels, and the bounds hold."""
    registry = CollectorRegistry()
    metrics = hypertool.HypertoolMetrics(registry)
    for number, first, second, third in calls:
        metrics.hypertool_workflow_quality_gate_total.inc(number, workflow=first, stage=second, result=third)
        metrics.hypertool_persona_duration_seconds.observe(number, persona=first, chatmode=second)
        metrics.hypertool_persona_token_budget_remaining.set(number, persona=third)
        metrics.hypertool_persona_switches_total.declare(chatmode=third)
    view = scrape(registry)
    gates = view.labels("hypertool_workflow_quality_gate_total")
    assert {each["result"] for each in gates} <= {"passed", "failed", "other"}
    assert len({each["workflow"] for each in gates} - {"other"}) <= 20
    total = sum(s.value for s in view.samples if s.name == "hypertool_persona_duration_seconds_sum")
    assert total >= 0
    assert all(set(each) == {"workflow", "stage", "result"} for each in gates)
