"""Units of results."""

import pytest

from obsgen.load import load_texts
from obsgen.promql.collect import shown
from obsgen.promql.units import unit_of
from obsgen.spec import queries
from tests.bakery import METRICS, panel

MORE = """\
obsgen: 1
service: office
metrics:
  office_cpu_seconds_total:
    counter: Seconds of work.
  office_pages_printed_total:
    counter: Pages.
    unit: pages
  office_cost_usd_total:
    counter: Cost.
"""


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("{rate: bakery_orders_total}", "/second"),
        ("{rate: bakery_flour_used_total}", "kilograms/second"),
        ("{rate: bakery_bake_duration_seconds}", "/second"),
        ("{rate: office_cpu_seconds_total}", "seconds/second"),
        ("{increase: bakery_orders_total}", ""),
        ("{increase: bakery_flour_used_total}", "kilograms"),
        ("{increase: bakery_bake_duration_seconds}", ""),
        ("{value: bakery_flour_remaining}", "kilograms"),
        ("{value: bakery_crust_quality_ratio}", "ratio"),
        ("{value: bakery_oven_info}", ""),
        ("{value: 'kind:bakery_orders:rate5m'}", None),
        ("{ratio: bakery_orders_total, part: {result: baked}}", "ratio"),
        ("{share: bakery_orders_total, by: [kind]}", "ratio"),
        ("{quantile: 0.9, of: bakery_bake_duration_seconds}", "seconds"),
        ("{mean: bakery_bake_duration_seconds}", "seconds"),
        ("{within: 15s, of: bakery_bake_duration_seconds}", "ratio"),
        ("{distribution: bakery_bake_duration_seconds}", "seconds"),
        ("{top: 3, of: {rate: bakery_flour_used_total, by: [kind]}}", "kilograms/second"),
        ("{forecast: bakery_flour_remaining, in: 1h, from: 30m}", "kilograms"),
        ("{project: office_cost_usd_total, to: month, over: 1d}", "usd"),
        ("{absent: bakery_orders_total}", ""),
        ("{down: true}", ""),
        ("{age: bakery_delivery_timestamp_seconds}", "seconds"),
        ("{changes: bakery_flour_remaining}", ""),
        ("{alerting: Nothing}", ""),
        ("{promql: up}", None),
        ("{rate: nobody_knows_total}", None),
        ("{per: {of: {rate: bakery_flour_used_total}, each: {rate: bakery_orders_total}}}", "kilograms"),
        ("{per: {of: {increase: bakery_flour_used_total}, each: {increase: bakery_orders_total}}}", "kilograms"),
        ("{per: {of: {rate: office_cost_usd_total}, each: {rate: office_pages_printed_total}}}", "usd/pages"),
        ("{per: {of: {increase: bakery_orders_total}, each: {increase: office_pages_printed_total}}}", "/pages"),
        ("{per: {of: {rate: bakery_flour_used_total}, each: {increase: bakery_orders_total}}}", "kilograms/second"),
        ("{per: {of: {rate: bakery_orders_total}, each: {rate: bakery_orders_total, by: [kind]}}}", ""),
        ("{per: {of: {promql: up}, each: {rate: bakery_orders_total}}}", None),
    ],
)  # fmt: skip
def test_unit_of(shape: str, expected: str | None) -> None:
    """The unit of a result follows from the metric's unit and the shape; it is unknown behind PromQL and recorded series."""
    catalog = load_texts(panel(shape, office=MORE)).catalog
    (dashboard,) = catalog.by_name["bakery"].dashboards
    (asked,) = shown(dashboard.spec.rows["today"].panels["one"])
    assert unit_of(asked, catalog) == expected


def test_every_shape_has_a_unit() -> None:
    """No shape of the vocabulary was forgotten."""
    from obsgen.promql import units

    assert set(units._READERS) == set(queries._SHAPES)
    assert METRICS
