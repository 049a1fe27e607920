"""Which labels a result can have."""

import pytest

from obsgen.load import load_texts
from obsgen.promql.known import labels_of
from obsgen.promql.labels import is_scalar, possible
from obsgen.promql.parse import parse
from tests.bakery import BAKERY

CATALOG = load_texts(BAKERY).catalog
TARGET = "instance job workspace"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bakery_orders_total", f"kind result {TARGET}"),
        ("rate(bakery_bake_duration_seconds_bucket[5m])", f"kind le oven {TARGET}"),
        ("bakery_bake_duration_seconds_count", f"kind oven {TARGET}"),
        ("up", TARGET),
        ("somebody_elses_metric", None),
        ("kind:bakery_orders:rate5m", None),
        ("sum(bakery_orders_total)", ""),
        ("sum by (kind, nothing) (bakery_orders_total)", "kind"),
        ("sum by (kind) (somebody_elses_metric)", "kind"),
        ("sum without (kind, instance) (bakery_orders_total)", "job result workspace"),
        ("sum without (kind) (somebody_elses_metric)", None),
        ("topk(3, sum by (kind) (bakery_orders_total))", "kind"),
        ("count_values('x', bakery_orders_total)", None),
        ("histogram_quantile(0.9, sum by (le, oven) (rate(bakery_bake_duration_seconds_bucket[5m])))", "oven"),
        ("label_replace(bakery_orders_total, 'x', '$1', 'kind', '(.*)')", None),
        ("absent(bakery_orders_total)", None),
        ("time() - max by (kind) (bakery_delivery_timestamp_seconds)", "kind"),
        ("max by (kind) (bakery_delivery_timestamp_seconds) * scalar(sum(bakery_orders_total))", "kind"),
        ("-(1 + 2) * sum by (kind) (bakery_orders_total)", "kind"),
        ("vector(1)", ""),
        ("vector(1) + sum by (kind) (bakery_orders_total)", ""),
        ("5", ""),
        ("sum by (kind) (bakery_orders_total) > 5", "kind"),
        ("sum by (kind) (bakery_orders_total) / sum by (kind, result) (bakery_orders_total)", "kind"),
        ("sum by (kind, result) (bakery_orders_total) / on (kind) sum by (kind) (bakery_orders_total)", "kind"),
        ("sum by (kind, result) (bakery_orders_total) / ignoring (result) sum by (kind, result) (bakery_orders_total)", "kind"),
        ("sum by (kind, result) (bakery_orders_total) / on (kind) group_left sum by (kind) (bakery_orders_total)", "kind result"),
        ("sum by (kind) (bakery_orders_total) * on (kind) group_right (job) sum by (kind, result) (bakery_orders_total)", "job kind result"),
        ("sum by (kind) (bakery_orders_total) or sum by (result) (bakery_orders_total)", "kind result"),
        ("sum by (kind) (bakery_orders_total) and somebody_elses_metric", "kind"),
        ("sum by (kind) (bakery_orders_total) unless on () up", "kind"),
        ("sum by (kind) (bakery_orders_total) or somebody_elses_metric", None),
        ("max_over_time(sum by (kind) (bakery_orders_total)[1h:5m])", "kind"),
    ],
)  # fmt: skip
def test_possible(text: str, expected: str | None) -> None:
    """The labels follow from the catalog through every construct; None where that cannot be told."""
    found = possible(parse(text).tree, CATALOG)
    assert found == (None if expected is None else frozenset(expected.split()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", True),
        ("-time()", True),
        ("scalar(up) * 2 + pi()", True),
        ("vector(1)", False),
        ("up", False),
        ("1 + up", False),
        ("time() - up", False),
    ],
)
def test_is_scalar(text: str, expected: bool) -> None:
    """A number without labels is told from a series without labels."""
    assert is_scalar(parse(text).tree) is expected


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
