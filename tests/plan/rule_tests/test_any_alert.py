"""Whatever the numbers of an alert are, it gets a test file or a reason why not."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obsgen.emit.yaml_text import yaml_text
from obsgen.load import load_texts
from obsgen.plan.rule_tests import test_files, untestable
from obsgen.plan.rules import rule_groups
from obsgen.targets.prometheus.render import rule_files
from tests import tools
from tests.plan.rule_tests import catalogs

WORDS = ("above", "below", "at_least", "at_most", "equals")
THRESHOLDS = st.one_of(
    st.sampled_from(
        ["0", "1", "-1", "1e-9", "1e15", "-1e15", "1e-300", "1e300", "0.3333333333333333", "50%", "-20%", "3d"]
    ),
    st.floats(min_value=-1e6, max_value=1e6, allow_nan=False).map(repr),
    st.integers(0, 1000).map(str),
)
LENGTHS = st.sampled_from(["1ms", "1s", "7s", "59s", "1m", "3m", "5m", "7m", "1h", "6h", "1d", "30d", "365d"])
SIMPLE = sorted(
    name for name, (when, _) in catalogs.CONDITIONS.items() if re.search(rf"({'|'.join(WORDS)}): [^,}}\[]+\}}$", when)
)


@st.composite
def alerts(draw: st.DrawFn) -> tuple[str, str]:
    """Build a condition of any shape with any comparison, threshold, window and `for`."""
    when, _ = catalogs.CONDITIONS[draw(st.sampled_from(SIMPLE))]
    guarded = re.sub(r", min_events: \d+", f", min_events: {draw(st.sampled_from([1, 2, 50, 1_000_000]))}", when)
    compared = re.sub(rf"({'|'.join(WORDS)}): [^,}}]+", f"{draw(st.sampled_from(WORDS))}: {draw(THRESHOLDS)}", guarded)
    windowed = re.sub(r"(over|from|in): [0-9]+[a-z]+", lambda match: f"{match[1]}: {draw(LENGTHS)}", compared)
    return windowed, draw(st.just("") | LENGTHS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(alert=alerts())
def test_a_file_or_a_reason(alert: tuple[str, str]) -> None:
    """No threshold, window or `for` makes the generator fail, and every alert is accounted for exactly once."""
    loaded = load_texts(catalogs.texts({"Any": alert}))
    tested = [file.alert for file in test_files(loaded.catalog)]
    refused = [(one.name, reason) for one, reason in untestable(loaded.catalog)]
    assert tested + [name for name, _ in refused] == [one.name for one in loaded.catalog.alerts]
    assert all(reason for _, reason in refused)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(alert=alerts())
def test_promtool_agrees_about_any_alert(alert: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where a file is written, the compiled rule passes it."""
    catalog = load_texts(catalogs.texts({"Any": alert})).catalog
    folder: Path = tmp_path_factory.mktemp("any")
    (folder / "rules").mkdir()
    (folder / "tests").mkdir()
    for service, text in rule_files(rule_groups(catalog)).items():
        (folder / "rules" / f"{service}.yml").write_text(text, encoding="utf-8")
    for file in test_files(catalog):
        path = folder / "tests" / f"{file.name}.yml"
        path.write_text(yaml_text(file.data), encoding="utf-8")
        result = tools.run("promtool", "test", "rules", path)
        assert result.returncode == 0, result.stdout[:3000] + result.stderr
