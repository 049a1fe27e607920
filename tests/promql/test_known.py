"""What series names stand for, and which one an unknown name may mean."""

import pytest

from obsgen.load import load_texts
from obsgen.promql.known import labels_of
from tests.bakery import BAKERY, panel
from tests.planted import said

CATALOG = load_texts(BAKERY).catalog


def test_values() -> None:
    """A label's values are those of the catalog and `other`; bounds of buckets have further spellings; jobs are the scrape's."""
    buckets = labels_of("bakery_bake_duration_seconds_bucket", CATALOG)
    assert buckets is not None
    assert buckets["kind"].values == ("rye", "wheat", "spelt-2.0", "other")
    assert buckets["oven"].values is None
    assert buckets["le"].values == ("1", "2.5", "15", "30", "60", "+Inf")
    assert buckets["le"].spellings == ("1.0", "15.0", "30.0", "60.0")
    assert buckets["job"].values == ("bakery",)
    assert buckets["instance"].values is None


def test_jobs_of_every_service() -> None:
    """Series that Prometheus makes itself have the job of any service."""
    shop = "obsgen: 1\nservice: shop\nscrape: {job: counter}\nworkspaces:\n  front: {port: 9465}\n"
    labels = labels_of("up", load_texts({**BAKERY, "specs/shop.yaml": shop}).catalog)
    assert labels is not None
    assert labels["job"].values == ("bakery", "counter")
    assert labels["workspace"].values == ("main", "front")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("bakery_bake_duration_bucket", "bakery_bake_duration_seconds_bucket"),
        ("bakery_bake_duration_milliseconds_sum", "bakery_bake_duration_seconds_sum"),
        ("bakery_bake_duration", "bakery_bake_duration_seconds"),
        ("bakery_orders", "bakery_orders_total"),
        ("bakery_orders_count", "bakery_orders_total"),
        ("bakery_crust_quality", "bakery_crust_quality_ratio"),
    ],
)
def test_names_of_opentelemetry(written: str, meant: str) -> None:
    """A name without its unit or its `_total`, as OpenTelemetry has it, is translated."""
    printed = said("query/unknown-metric", panel(f"{{promql: 'max({written})'}}"))
    assert f"did you mean `{meant}`?" in printed
    assert "OpenTelemetry" in printed


@pytest.mark.parametrize("written", ["shop_visits_total", "_total", "bakery_dough_seconds"])
def test_names_of_nobody(written: str) -> None:
    """A name of which nothing but unit and ending resembles another is not translated."""
    assert "OpenTelemetry" not in said("query/unknown-metric", panel(f"{{promql: 'max({written})'}}"))
