"""Projections, against numbers worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.langfuse_exporter import FREE, METERED, Plan, Spent, project

MONTH = 30 * 86_400


def test_three_agents_of_which_all_are_metered():
    """150 x 0.0046 + 450 x 0 + 100 x 0.0033 = 0.69 + 0 + 0.33 = 1.02 a month, 12.24 a year."""
    spent = {
        "claude": Spent(tasks=150, usd=150 * 0.0046),
        "gemini": Spent(tasks=450, usd=0.0),
        "copilot": Spent(tasks=100, usd=100 * 0.0033),
    }
    found = project(spent, {"gemini": FREE}, window_seconds=MONTH)
    assert {line.name: line.metered_usd_per_month for line in found.lines} == pytest.approx(
        {"claude": 0.69, "copilot": 0.33, "gemini": 0.0}
    )
    assert found.metered_usd_per_month == pytest.approx(1.02)
    assert found.metered_usd_per_year == pytest.approx(12.24)
    assert found.flat_usd_per_month == 0
    assert found.unknown == ()


def test_a_flat_plan_stands_apart():
    """On a flat plan of 10 dollars the 0.33 are not paid, and the 10 are not in the metered sum: 0.69 and 10 apart."""
    spent = {"claude": Spent(tasks=150, usd=0.69), "copilot": Spent(tasks=100, usd=0.33)}
    found = project(spent, {"copilot": Plan(kind="flat", usd=10)}, window_seconds=MONTH)
    copilot = next(line for line in found.lines if line.name == "copilot")
    assert (copilot.metered_usd_per_month, copilot.flat_usd_per_month, copilot.unpaid_usd_per_month) == (0, 10, 0.33)
    assert copilot.flat_usd_per_task == pytest.approx(0.10)
    assert found.metered_usd_per_month == pytest.approx(0.69)
    assert found.flat_usd_per_month == 10
    assert found.flat_usd_per_year == 120


def test_a_flat_plan_is_paid_without_use():
    """A plan nobody uses costs its price, has no price by task, and a yearly one costs a twelfth by month."""
    (line,) = project({}, {"copilot": Plan(kind="flat", usd=120, period="year")}, window_seconds=60).lines
    assert line.flat_usd_per_month == 10
    assert line.flat_usd_per_task is None


def test_the_pace_of_an_hour():
    """0.15 dollars and 25 tasks in an hour are 108 dollars and 18,000 tasks in 720 hours."""
    found = project({"all": Spent(tasks=25, usd=0.15)}, window_seconds=3600)
    assert found.metered_usd_per_month == pytest.approx(108)
    assert found.lines[0].tasks_per_month == pytest.approx(18_000)


def test_an_unknown_cost_is_no_zero():
    """Who uses something at an unknown price is named; alone it leaves no sum at all."""
    spent = {"a": Spent(tasks=1, usd=None), "b": Spent(tasks=1, usd=1.0)}
    assert project(spent, window_seconds=MONTH).unknown == ("a",)
    assert project(spent, window_seconds=MONTH).metered_usd_per_month == 1.0
    assert project({"a": spent["a"]}, window_seconds=MONTH).metered_usd_per_month is None
    assert project({"a": spent["a"]}, {"a": FREE}, window_seconds=MONTH).metered_usd_per_month == 0


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1e6), max_size=5), st.floats(0, 1e4), st.floats(60, 1e7))
def test_flat_and_metered_never_meet(costs, price, window):
    """Whatever is spent, the price of a flat plan changes nothing but the flat sum."""
    spent = {name: Spent(tasks=1, usd=usd) for name, usd in costs.items()}
    without = project(spent, {"flat": METERED}, window_seconds=window)
    with_one = project(
        {**spent, "flat": Spent(tasks=1, usd=7)}, {"flat": Plan(kind="flat", usd=price)}, window_seconds=window
    )
    rest = {name: usd for name, usd in costs.items() if name != "flat"}
    assert with_one.flat_usd_per_month == price
    assert with_one.metered_usd_per_month == pytest.approx(sum(rest.values()) * MONTH / window)
    assert without.flat_usd_per_month == 0


@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf")])
def test_prices_that_are_none(bad):
    """A negative or endless price is refused, and so is a price without a flat plan or a window without time."""
    with pytest.raises(ValueError, match="price"):
        Plan(kind="flat", usd=bad)
    with pytest.raises(ValueError, match="flat"):
        Plan(kind="free", usd=1)
    with pytest.raises(ValueError, match="window"):
        project({}, window_seconds=min(bad, 0) if bad == bad else bad)
