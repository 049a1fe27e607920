"""What series names mean."""

import pytest

from obsgen.load import load_texts
from obsgen.promql.meaning import Recorded, SeriesFacts, World, read
from obsgen.promql.parse import parse
from tests.promql.meaning import worlds
from tests.promql.meaning.words import WORLD


def said(facts: SeriesFacts) -> str:
    """Return kind, unit and range."""
    return f"{facts.kind} {facts.unit or '-'} {facts.amount.low:g}..{facts.amount.high:g}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("demo_requests_total", "counter - 0..inf"),
        ("demo_busy_seconds_total", "counter seconds 0..inf"),
        ("demo_balance", "gauge tokens -inf..inf"),
        ("demo_queue_depth", "gauge - 0..10"),
        ("demo_quality_ratio", "gauge ratio 0..1"),
        ("demo_started_timestamp_seconds", "timestamp seconds 0..inf"),
        ("demo_build_info", "info - 1..1"),
        ("demo_wait_seconds", "histogram seconds -inf..inf"),
        ("demo_wait_seconds_bucket", "bucket - 0..inf"),
        ("demo_wait_seconds_count", "count - 0..inf"),
        ("demo_wait_seconds_sum", "sum seconds -inf..inf"),
        ("up", "boolean - 0..1"),
        ("scrape_duration_seconds", "gauge seconds 0..inf"),
        ("ALERTS", "alert - 1..1"),
        ("ALERTS_FOR_STATE", "timestamp seconds 0..inf"),
        ("color:demo_requests:rate5m", "rate /second 0..inf"),
        ("demo:failures_per_requests:ratio", "ratio ratio 0..1"),
        ("nobody_knows", "None - -inf..inf"),
        ("", "None - -inf..inf"),
    ],
)
def test_a_name_stands_for(name: str, expected: str) -> None:
    """Metrics of the catalog, parts of histograms, recorded series, and what Prometheus makes itself."""
    assert said(WORLD.facts(name)) == expected


def test_only_what_somebody_defines_is_known() -> None:
    """An unknown name has any label and any value."""
    facts = WORLD.facts("nobody_knows")
    assert (facts.known, facts.labels.possible, facts.amount.nan) == (False, None, True)
    assert all(WORLD.facts(name).known for name in ("up", "ALERTS", "demo_balance", "demo:odd:mix"))


def test_facts_lead_back_to_the_catalog() -> None:
    """The metric, the buckets and the scrape interval are at hand, also behind a recorded series."""
    facts = WORLD.facts("demo_wait_seconds_bucket")
    recorded = WORLD.facts("color_le:demo_wait_seconds_bucket:rate5m")
    assert facts.metric is recorded.metric is worlds_metric("demo_wait_seconds")
    assert (facts.bounds, facts.bounds_unit, facts.scrape_seconds) == ((0.1, 0.5, 1, 5), "seconds", 60)
    assert (recorded.bounds, recorded.aggregated, recorded.rated) == ((0.1, 0.5, 1, 5), True, True)
    assert recorded.record is not None
    assert recorded.labels.possible == {"__name__", "color", "le"}


def worlds_metric(name: str) -> object:
    """Return the metric *name* of the catalog that `WORLD` was made of."""
    return WORLD.catalog.metrics[name]


def test_the_scrape_adds_labels() -> None:
    """Those of its own service; without one, those that every scraped service has are certain, others possible."""
    assert WORLD.target_labels("demo").certain == {"job", "instance", "workspace"}
    assert WORLD.target_labels("demo").possible == {"job", "instance", "workspace", "service_name"}
    two = SPEC_OF_TWO | {
        "third.yaml": "obsgen: 1\nservice: third\nowner: us\nmetrics: {third_total: {counter: Third.}}\n"
    }
    world = World.of(load_texts(two).catalog)
    assert world.facts("one_total").labels.values["job"] == {"one"}
    assert world.facts("third_total").labels.values["job"] == world.facts("up").labels.values["job"] == {"one", "two"}
    assert "workspace" in (world.facts("third_total").labels.possible or ())
    assert "workspace" not in world.facts("third_total").labels.certain


SPEC_OF_TWO = {
    "one.yaml": "obsgen: 1\nservice: one\nowner: us\nscrape: {job: one}\nmetrics: {one_total: {counter: One.}}\n",
    "two.yaml": "obsgen: 1\nservice: two\nowner: us\nscrape: {job: two}\nworkspaces: {w: {port: 9001}}\n",
}


def test_nothing_is_sure_about_the_targets_of_a_catalog_without_scrapes() -> None:
    """A series may have `job` and `instance`, and does not have to."""
    world = World.of(load_texts({"side.yaml": worlds.SIDE}).catalog)
    assert world.facts("side_jobs_total").labels.possible == {"__name__", "job", "instance"}
    assert world.facts("side_jobs_total").labels.certain == {"__name__"}


def test_other_jobs_open_what_every_target_has() -> None:
    """`up` of a job beside the catalog has labels that nobody knows; metrics of the catalog stay closed."""
    world = worlds.world(jobs=("node",))
    assert world.facts("up").labels.values["job"] == {"demo", "node"}
    assert world.facts("up").labels.possible is None
    assert world.facts("demo_balance").labels.values["job"] == {"demo"}


def test_external_labels_are_possible_and_not_certain() -> None:
    """Series have them only where they were sent away; a label of the series itself keeps its values."""
    world = worlds.world(external_labels={"cluster": "eu", "color": "green", "service_name": "x"})
    labels = world.facts("demo_balance").labels
    assert "cluster" in (labels.possible or ())
    assert "cluster" not in labels.certain
    assert labels.values["cluster"] == {"eu"}
    assert labels.values["color"] == {"red", "blue", "other"}
    assert labels.values["service_name"] == {"demo-north", "x"}


def test_settings_stay_readable() -> None:
    """Checks of windows and versions find what the target says."""
    world = worlds.world(scrape_seconds=15, retention_seconds=86_400, prometheus=(2, 42))
    assert (world.retention_seconds, world.prometheus) == (86_400, (2, 42))
    assert world.facts("up").scrape_seconds == world.facts("side_jobs_total").scrape_seconds == 15
    assert world.facts("demo_balance").scrape_seconds == 60


def rule(text: str, **labels: str) -> Recorded:
    """Return a rule that records *text*."""
    return Recorded(tree=parse(text).tree, labels=labels)


def test_rules_beside_the_catalog_are_understood() -> None:
    """With the labels that the rule adds; what two rules record under one name is either."""
    world = worlds.world(
        records={
            "a:b:c": (
                rule("sum by (color) (demo_balance)", tier="gold", color=""),
                rule("max(demo_balance)", tier="tin"),
            ),
            "a:b:d": (rule("max by (color) (a:b:c)"),),
        }
    )
    facts = world.facts("a:b:c")
    assert facts.labels.possible is not None
    assert {name for name in facts.labels.possible if facts.labels.may_have(name)} == {"__name__", "tier"}
    assert facts.labels.values["tier"] == {"gold", "tin"}
    assert (facts.kind, facts.unit, facts.aggregated) == ("gauge", "tokens", True)
    assert not world.facts("a:b:d").labels.may_have("color")


def test_a_series_recorded_of_nothing_is_empty() -> None:
    """A comparison that never holds has a recorded series that never is."""
    world = worlds.world(records={"a:b:c": (rule("demo_queue_depth > 10"),)})
    assert world.facts("a:b:c").empty
    assert read(parse("sum(a:b:c)").tree, world).whole.empty


def test_records_that_stand_on_themselves_are_open() -> None:
    """Whichever is asked for first; and a long chain ends somewhere."""
    ring = {"a": (rule("b + 1"),), "b": (rule("sum(a)"),), "self": (rule("self"),)}
    for first in ("a", "b", "self"):
        world = worlds.world(records=ring)
        assert world.facts(first).amount.nan
        assert world.facts(first) is world.facts(first)
    chain = {f"r{at}": (rule(f"r{at + 1} + r{at + 1}"),) for at in range(500)} | {"r500": (rule("demo_balance"),)}
    assert worlds.world(records=chain).facts("r0").known
    assert worlds.world(records=chain).facts("r490").unit == "tokens"


def test_a_record_that_is_wrong_is_open() -> None:
    """Of a query with a problem of its own nothing is claimed, but the name is known."""
    spec = worlds.SPEC.replace('promql: "sum by (color) (rate(demo_requests_total[5m]))"', 'promql: "sum by ("')
    world = World.of(load_texts({"demo.yaml": spec}).catalog)
    facts = world.facts("color:demo_requests:rate5m")
    assert (facts.known, facts.labels.possible, facts.kind) == (True, None, None)


def test_a_label_of_the_program_that_the_scrape_adds_too_is_open() -> None:
    """Which of the two keeps the name is a setting of the scrape; the other becomes `exported_..`."""
    spec = worlds.SPEC.replace("zone:", "workspace:").replace("[zone]", "[workspace]").replace("color, zone", "color")
    facts = World.of(load_texts({"demo.yaml": spec}).catalog).facts("demo_pressure")
    assert "workspace" not in facts.labels.values
    assert "exported_workspace" in (facts.labels.possible or ())


def test_bounds_are_spelled_in_every_way() -> None:
    """`1` and `1.0`, and the exponents that clients write for large and small ones."""
    spec = worlds.SPEC.replace("[0.1, 0.5, 1, 5]", "[0.00001, 1, 2.5, 1000000, 25000000]")
    values = World.of(load_texts({"demo.yaml": spec}).catalog).facts("demo_wait_seconds_bucket").labels.values["le"]
    assert values >= {"0.00001", "1e-05", "1", "1.0", "2.5", "1000000", "1000000.0", "1e+06", "2.5e+07", "+Inf"}
