"""`panel/constant`: a number of the query shown as if it were measured."""

import pytest

from tests.bakery import panel
from tests.planted import fault, in_alerts, in_panels, in_records, one, queries, said

CODE = "panel/constant"

CASES = {
    "a number": ("§0.15§", "bakery_crust_quality_ratio"),
    "a vector": ("§vector(99§)", "bakery_crust_quality_ratio or vector(99)"),
    "computed": ("§100 * (1 - 0.15§)", "100 * (1 - bakery_crust_quality_ratio)"),
    "or": ("§vector(1) or vector(2§)", "bakery_flour_remaining or vector(2)"),
    "aggregated": ("§sum(vector(5§))", "sum(bakery_flour_remaining)"),
}


@pytest.mark.parametrize("name", CASES)
def test_found(name: str) -> None:
    """The number is found in panels, and nothing is said about its twin."""
    text, correct = CASES[name]
    wrong, _ = fault(text)
    for texts in in_panels(wrong):
        assert [code for code, _ in one(CODE, texts)] == [CODE]
    for texts in in_panels(correct):
        assert queries(texts) == []


@pytest.mark.parametrize("text", ["time()", "$limit", "vector($limit)", "absent(bakery_flour_remaining)", "hour()"])
def test_silent(text: str) -> None:
    """Time passes, and what a variable holds only Grafana knows."""
    for texts in in_panels(text):
        assert one(CODE, texts) == []


def test_only_in_panels() -> None:
    """Recording an aim is a way to write it once."""
    for texts in (*in_alerts("vector(1)"), *in_records("vector(1)")):
        assert one(CODE, texts) == []


def test_message() -> None:
    """The message says what is wrong, where, and what to write."""
    texts = panel("{promql: vector(0.15)}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/dashboards.yaml:12:28: warning[panel/constant]: this panel shows a number of its query, nothing is measured",
        "   |",
        "12 |             show: {promql: vector(0.15)}",
        "   |                            ^^^^^^^^^^^",
        "   = help: ask for a metric; draw a limit or an aim as `thresholds` of the panel that shows the metric",
    ]
