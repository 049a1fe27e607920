"""`query/costly`: a query that may read more series than the server should at once."""

import pytest

from tests.bakery import METRICS, PIPELINE, alert
from tests.planted import in_alerts, in_records, recorded, said_with_settings, with_settings

CODE = "query/costly"


@pytest.mark.parametrize(
    ("query", "series"),
    [
        ("bakery_orders_total > 5", 4 * 3),
        ("bakery_orders_total{kind='rye'} > 5", 3),
        ("bakery_orders_total{kind=~'rye|wheat',result!='failed'} > 5", 2 * 2),
        ("bakery_oven_info > 5", 12),
        ("bakery_oven_info{oven=~'north|south'} > 5", 2),
        ("bakery_bake_duration_seconds_bucket > 5", 4 * 12 * 6),
        ("bakery_bake_duration_seconds_bucket{le='15'} > 5", 4 * 12),
        ("bakery_bake_duration_seconds_count > 5", 4 * 12),
        ("bakery_flour_remaining / bakery_flour_remaining > 5", 4 + 4),
        ("rate(bakery_orders_total[5m]) > 5 or bakery_flour_remaining > 5", 12 + 4),
    ],
)
def test_count(query: str, series: int) -> None:
    """The product of what the catalog allows, `other` included, narrowed by the matchers, is what the query may read."""
    for texts in (*in_alerts(query), *in_records(query)):
        assert with_settings(CODE, texts, {}, {"series_per_query": series - 1}) != []
        assert with_settings(CODE, texts, {}, {"series_per_query": series}) == []


def test_copies() -> None:
    """Every copy of the service has series of its own."""
    two = PIPELINE.replace("  main: {port: 9464}", "  main: {port: 9464}\n  spare: {port: 9465}")
    texts = alert("promql: bakery_flour_remaining > 5", pipeline=two)
    assert with_settings(CODE, texts, {}, {"series_per_query": 7}) != []
    assert with_settings(CODE, texts, {}, {"series_per_query": 8}) == []
    one = alert("promql: bakery_flour_remaining{workspace='spare'} > 5", pipeline=two)
    assert with_settings(CODE, one, {}, {"series_per_query": 4}) == []


def test_derived_label() -> None:
    """A label that follows from another one adds no series, nor does a selector that matches nothing."""
    stove = METRICS.replace(
        "  kind: {help: Kind of bread., values: [rye, wheat, spelt-2.0]}",
        "  kind: {help: Kind of bread., values: {rye: {weight: 1000}, wheat: {weight: 500}}}",
    ).replace(
        "    info: Ovens and where they stand.\n    labels: [oven]",
        "    info: Bread.\n    labels: {kind: {}, weight: {value_of: kind.weight}}",
    )
    texts = alert("promql: bakery_oven_info > 5", metrics=stove)
    assert with_settings(CODE, texts, {}, {"series_per_query": 2}) != []
    assert with_settings(CODE, texts, {}, {"series_per_query": 3}) == []
    nothing = "promql: bakery_bake_duration_seconds_bucket{kind='cake'} > 5 or bakery_oven_info{oven='north'} > 1"
    assert with_settings(CODE, alert(nothing), {}, {"series_per_query": 1}) == []


def test_biggest() -> None:
    """The biggest selector is pointed at; nobody bounds recorded series."""
    texts = alert("promql: 'up == 0 or bakery_flour_remaining > 1 or bakery_oven_info > 5'")
    assert with_settings(CODE, texts, {}, {"series_per_query": 15}) == [(CODE, "bakery_oven_info")]
    record = recorded("oven:bakery:max", "max by (oven) (bakery_oven_info{oven='north'})")
    behind = {**alert("promql: oven:bakery:max > 5"), "specs/record.yaml": record}
    assert with_settings(CODE, behind, {}, {"series_per_query": 1}) == []


def test_default() -> None:
    """Without a setting a million series are many."""
    for ovens, words in ((250_001, ["bakery_bake_duration_seconds_count"]), (250_000, [])):
        texts = alert(
            "promql: bakery_bake_duration_seconds_count > 5",
            metrics=METRICS.replace("at_most: 12", f"at_most: {ovens}"),
        )
        assert [word for _, word in with_settings(CODE, texts, {})] == words


def test_message() -> None:
    """The message counts, and shows the label with the most values."""
    texts = alert("promql: bakery_bake_duration_seconds_count > 5")
    assert said_with_settings(CODE, texts, {}, {"series_per_query": 20}).strip("\n").splitlines() == [
        "specs/alerts.yaml:6:15: warning[query/costly]: this query may read 48 series, `bakery_bake_duration_seconds_count` alone 48",
        "  |",
        "6 |       promql: bakery_bake_duration_seconds_count > 5",
        "  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  ::: specs/metrics.yaml:7:9",
        "  |",
        "7 |   oven: {help: Oven by name., at_most: 12, example: north}",
        "  |         -------------------------------------------------- `oven`: 12 values",
        "  = help: narrow it with matchers, or record a sum; the budget is 20, `series_per_query` in [tool.obsgen.budget]",
    ]
