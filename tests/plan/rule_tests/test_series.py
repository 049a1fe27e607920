"""Input series: the text that promtool reads, and the samples that the oracle believes it reads."""

import math
from decimal import Decimal

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obsgen.plan.rule_tests.series import MISSING, Gap, Line, Nans, Piece, Run, Stale, counter, selector
from tests import tools

NUMBERS = st.decimals(min_value=-(10**6), max_value=10**6, allow_nan=False, places=3)
RUNS = st.builds(Run, NUMBERS, NUMBERS, st.integers(1, 5))
PIECES = st.one_of(RUNS, st.builds(Gap, st.integers(1, 4)), st.just(Stale()), st.builds(Nans, st.integers(1, 3)))


@pytest.mark.parametrize(
    ("piece", "text"),
    [
        (Run(Decimal(5), Decimal(0), 1), "5"),
        (Run(Decimal(5), Decimal(0), 3), "5x2"),
        (Run(Decimal(0), Decimal("0.5"), 4), "0+0.5x3"),
        (Run(Decimal(-5), Decimal(-1), 2), "-5-1x1"),
        (Run(Decimal("1E+6"), Decimal("1E+1"), 2), "1000000+10x1"),
        (Gap(3), "_x3"),
        (Stale(), "stale"),
        (Nans(2), "NaN NaN"),
    ],
)
def test_notation(piece: Piece, text: str) -> None:
    """A run of n numbers counts its n - 1 additions, a gap its samples, and NaN cannot be counted at all."""
    assert piece.text == text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, min_size=1, max_size=4))
def test_promtool_reads_what_the_oracle_reads(pieces: list[Piece], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every step of every piece holds, in promtool, the very number that `samples` says."""
    line = Line("m", {"a": 'q"\\'}, tuple(pieces))
    queries: list[dict[str, object]] = []
    for step, sample in enumerate(line.samples):
        # A window shorter than a step reads this step alone; only what is not a number is not itself.
        now = "last_over_time(m[1s])"
        shown = [] if isinstance(sample, type(MISSING)) else [{"labels": line.series, "value": sample}]
        if isinstance(sample, float) and math.isnan(sample):
            now, shown = f"count({now} != {now})", [{"labels": "{}", "value": 1}]
        queries.append({"expr": now, "eval_time": f"{step}m", "exp_samples": shown})
    document = {
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": line.series, "values": line.values}],
                "promql_expr_test": queries,
            }
        ],
    }
    file = tmp_path_factory.mktemp("series") / "test.yml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    result = tools.run("promtool", "test", "rules", file)
    assert result.returncode == 0, result.stdout + result.stderr


def test_counter_counts_on() -> None:
    """Each stretch of a counter goes on where the one before ended, and equal paces become one piece."""
    pieces = counter(Decimal(100), [(Decimal(2), 3), (Decimal(2), 2), (Decimal(0), 2), (Decimal(5), 1)])
    assert " ".join(piece.text for piece in pieces) == "100+2x4 108x1 113"


def test_samples_are_added_up_like_promtool() -> None:
    """Ten times a tenth is not one: the samples carry the rounding that promtool's additions make."""
    assert Run(Decimal(0), Decimal("0.1"), 11).samples[-1] == sum([0.1] * 10)
    assert math.isnan(Nans(1).samples[0])  # type: ignore[arg-type]


def test_selector_sorts_and_quotes() -> None:
    """A series is written with sorted labels and PromQL's escapes."""
    assert selector("m", {"b": 'say "hi"\\', "a": "1"}) == 'm{a="1", b="say \\"hi\\"\\\\"}'
    assert selector("m", {}) == "m"
