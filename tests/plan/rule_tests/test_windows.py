"""Window functions of the oracle, held against promtool: its version decides which dialect it speaks."""

import math
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from obsgen.plan.rule_tests.series import Gap, Line, Nans, Piece, Run, Stale
from obsgen.plan.rule_tests.windows import DIALECTS, Dialect, Track, changes, forecast, increase, quantile
from tests import tools

STEP_MS = 60_000
STEPS = 24
LINES: dict[str, tuple[Piece, ...]] = {
    "steady": (Run(Decimal(100000), Decimal(600), STEPS),),
    "from_zero": (Run(Decimal(0), Decimal(600), STEPS),),
    "late": (Gap(4), Run(Decimal(3), Decimal("1.5"), STEPS - 4)),
    "burst": (
        Run(Decimal(0), Decimal(0), 8),
        Run(Decimal(70), Decimal(70), 5),
        Run(Decimal(350), Decimal(0), STEPS - 13),
    ),
    "restart": (Run(Decimal(500), Decimal(30), 9), Run(Decimal(0), Decimal(30), STEPS - 9)),
    "gap": (Run(Decimal(5), Decimal(2), 7), Gap(3), Run(Decimal(30), Decimal(2), STEPS - 10)),
    "stale": (Run(Decimal(5), Decimal(2), 7), Stale(), Gap(8), Run(Decimal(9), Decimal(-1), STEPS - 16)),
    "flapping": tuple(Run(Decimal(index % 2), Decimal(0), 1 + index % 3) for index in range(12)),
    "not_a_number": (Run(Decimal(5), Decimal(1), 6), Nans(2), Run(Decimal(5), Decimal(0), STEPS - 8)),
}


@pytest.fixture(scope="module")
def dialect(tmp_path_factory: pytest.TempPathFactory) -> Dialect:
    """The dialect of the promtool at hand, told by how many samples a window of five steps has."""
    line = Line("m", {}, (Run(Decimal(1), Decimal(0), 11),))
    query = {"expr": "count_over_time(m[5m])", "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": 6}]}
    closed = _promtool(line, [query], tmp_path_factory.mktemp("dialect")).returncode == 0
    return DIALECTS[0 if closed else 1]


def _promtool(line: Line, queries: list[dict[str, object]], folder: Path) -> subprocess.CompletedProcess[str]:
    test = {
        "interval": "1m",
        "input_series": [{"series": line.series, "values": line.values}],
        "promql_expr_test": queries,
    }
    (folder / "test.yml").write_text(yaml.safe_dump({"evaluation_interval": "1m", "tests": [test]}), encoding="utf-8")
    return tools.run("promtool", "test", "rules", folder / "test.yml")


def _asked(track: Track, dialect: Dialect) -> Iterator[tuple[str, int, float | None]]:
    """Yield every query of one series with the answer of the oracle."""
    name = track.line.name
    for step in range(STEPS):
        for minutes in (4, 5, 10):
            window = minutes * STEP_MS
            yield f"rate({name}[{minutes}m])", step, increase(track, step, window, dialect, how="rate")
            yield f"increase({name}[{minutes}m])", step, increase(track, step, window, dialect, how="increase")
            yield f"changes({name}[{minutes}m])", step, changes(track, step, window, dialect)
            yield f"predict_linear({name}[{minutes}m], 600)", step, forecast(track, step, window, 600, dialect)
        yield f"last_over_time({name}[1s]) or {name}", step, track.now(step, dialect)


def _query(query: str, step: int, value: float | None) -> dict[str, object]:
    if value is not None and math.isnan(value):
        # promtool finds two values that are not numbers different, as PromQL does: only such a value is not itself.
        return {
            "expr": f"count(({query}) != ({query}))",
            "eval_time": f"{step}m",
            "exp_samples": [{"labels": "{}", "value": 1}],
        }
    # Rounded, since two orders of summation differ in the last digit.
    samples = [] if value is None else [{"labels": "{}", "value": round(value * 1e6) / 1e6}]
    return {"expr": f"round(({query}) * 1e6) / 1e6", "eval_time": f"{step}m", "exp_samples": samples}


@pytest.mark.parametrize("name", sorted(LINES))
def test_like_promtool(name: str, dialect: Dialect, tmp_path: Path) -> None:
    """rate, increase, changes, predict_linear and the instant selector answer what promtool answers, step by step."""
    track = Track(Line(name, {}, LINES[name]), STEP_MS)
    queries = [_query(query, step, value) for query, step, value in _asked(track, dialect)]
    result = _promtool(track.line, queries, tmp_path)
    assert result.returncode == 0, result.stdout[:3000] + result.stderr


@pytest.mark.parametrize(
    ("share", "buckets", "expected"),
    [
        (0.95, {1.0: 95, 5.0: 100, float("inf"): 100}, 1.0),
        (0.95, {1.0: 0, 5.0: 100, float("inf"): 100}, 4.8),
        (0.95, {1.0: 0, 5.0: 0, float("inf"): 100}, 5.0),
        (0.5, {1.0: 100, float("inf"): 100}, 0.5),
    ],
)
def test_quantile(share: float, buckets: dict[float, float], expected: float) -> None:
    """A quantile lies on a line between the bounds of its bucket, and never beyond the last finite one."""
    assert quantile(share, buckets) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("buckets", [{1.0: 0.0, float("inf"): 0.0}, {float("inf"): 5.0}, {1.0: 5.0, 2.0: 5.0}])
def test_quantile_of_nothing(buckets: dict[float, float]) -> None:
    """Without observations, a finite bucket or +Inf there is no quantile."""
    found = quantile(0.9, buckets)
    assert math.isnan(found)
