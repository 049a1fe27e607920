"""`query/unit-mismatch`: thresholds, stated units and sides of an operator in another unit than what is measured."""

import pytest

from tests.bakery import alert, panel
from tests.planted import everywhere, fault, one, recorded, said

CODE = "query/unit-mismatch"
RECORDS = recorded(
    "kind:bakery_bake:mean5m",
    "sum by (kind) (rate(bakery_bake_duration_seconds_sum[5m])) / sum by (kind) (rate(bakery_bake_duration_seconds_count[5m]))",
)
FILES = {"records": RECORDS}

# Two sides that do not go together, `§` around the word at fault, and the closest correct twin.
SIDES = {
    "milliseconds": ("kind:bakery_bake:mean5m * 1000 > §kind:bakery_bake:mean5m§ offset 1h", "kind:bakery_bake:mean5m * 1000 > kind:bakery_bake:mean5m * 1000 offset 1h"),
    "percent": ("bakery_crust_quality_ratio < §100§ * bakery_crust_quality_ratio offset 1h", "bakery_crust_quality_ratio < 0.9 * bakery_crust_quality_ratio offset 1h"),
    "seconds and a ratio": ("sum(kind:bakery_bake:mean5m) + §sum§(bakery_crust_quality_ratio) > 5", "sum(kind:bakery_bake:mean5m) * sum(bakery_crust_quality_ratio) > 5"),
    "no moment": ("time() - §bakery_flour_remaining§ > 300", "time() - bakery_delivery_timestamp_seconds > 300"),
    "behind or": ("up == 0 or time() - bakery_delivery_timestamp_seconds > on (kind) §bakery_crust_quality_ratio§", "up == 0 or time() - bakery_delivery_timestamp_seconds > on (kind) kind:bakery_bake:mean5m"),
}  # fmt: skip


@pytest.mark.parametrize("name", SIDES)
def test_sides(name: str) -> None:
    """Two measures in different units are found at the second one wherever they stand; the twin is silent."""
    text, correct = SIDES[name]
    wrong, word = fault(text)
    for texts in everywhere(wrong, **FILES):
        assert one(CODE, texts) == [(CODE, word)]
    for texts in everywhere(correct, **FILES):
        assert one(CODE, texts) == []


@pytest.mark.parametrize(
    "text",
    [
        "bakery_flour_remaining > theirs",
        "bakery_orders_total > bakery_flour_used_total",
        "kind:bakery_bake:mean5m > 300",
        "time() - theirs > 300",
        "time() - bakery_orders_total > 300",
        "hour() * bakery_flour_remaining > 5",
    ],
)
def test_silent(text: str) -> None:
    """Counts of different things, numbers, and what nobody knows may be compared."""
    for texts in everywhere(text, **FILES):
        assert one(CODE, texts) == []


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{value: 'kind:bakery_bake:mean5m', above: 5%}", ["5%"]),
        ("{value: 'kind:bakery_bake:mean5m', above: 5m}", []),
        ("{any: [{down: true}, {value: 'kind:bakery_bake:mean5m', above: 5%}]}", ["5%"]),
    ],
)
def test_thresholds(when: str, words: list[str]) -> None:
    """A threshold is held against what a recorded series gives."""
    assert [word for _, word in one(CODE, alert(when, **FILES))] == words


@pytest.mark.parametrize(
    ("query", "unit", "words"),
    [
        ("100 * bakery_crust_quality_ratio", "ratio", ["ratio"]),
        ("100 * bakery_crust_quality_ratio", "percent", []),
        ("bakery_crust_quality_ratio", "ratio", []),
        ("1000 * kind:bakery_bake:mean5m", "seconds", ["seconds"]),
        ("kind:bakery_bake:mean5m", "bytes", ["bytes"]),
        ("bakery_flour_remaining", "loaves", []),
        ("theirs", "seconds", []),
    ],
)
def test_stated_units(query: str, unit: str, words: list[str]) -> None:
    """The unit that a panel states is held against what its query gives."""
    assert [word for _, word in one(CODE, panel(f"{{promql: '{query}'}}", f"unit: {unit}", **FILES))] == words


def test_message() -> None:
    """The message says what the sides are, and shows both."""
    texts = alert("{promql: 'bakery_crust_quality_ratio < 100 * bakery_crust_quality_ratio offset 1h'}")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:50: error[query/unit-mismatch]: `<` puts together what is a ratio and what is a percentage, from 0 to 100",
        "  |",
        "5 |     when: {promql: 'bakery_crust_quality_ratio < 100 * bakery_crust_quality_ratio offset 1h'}",
        "  |                                                  ^^^ this is a percentage, from 0 to 100",
        "  |",
        "5 |     when: {promql: 'bakery_crust_quality_ratio < 100 * bakery_crust_quality_ratio offset 1h'}",
        "  |                     -------------------------- this is a ratio",
        "  = help: convert one side, such as seconds to milliseconds with `* 1000`",
    ]
