"""promtool test files: what they feed in and ask exists, and they test something."""

import pytest

from tests.foreign import linted, rules

RULES = rules(
    "{alert: FlourLow, expr: 'bakery_flour_remaining < 3', for: 5m, annotations: {summary: x}}",
    "{alert: FlourGone, expr: 'bakery_flour_remaining < 1', for: 5m, annotations: {summary: x}}",
)
SERIES = 'bakery_flour_remaining{kind="rye"}'
FIRES = "{eval_time: 9m, alertname: FlourLow, exp_alerts: [{exp_labels: {kind: rye}}]}"
QUIET = "{eval_time: 1m, alertname: FlourLow, exp_alerts: []}"


def suite(
    *alerts: str, series: str = SERIES, files: str = "[rules.yml]", interval: str = "interval: 1m", more: str = ""
) -> str:
    """Return a promtool test file with one test of *alerts*."""
    return (
        f"rule_files: {files}\nevaluation_interval: 1m\ntests:\n- name: one\n  {interval}\n  input_series:\n"
        f"  - series: '{series}'\n    values: 1x9\n  alert_rule_test: [{', '.join(alerts)}]\n{more}"
    )


def found(text: str, **files: str) -> list[tuple[str, str]]:
    """Return what is found in the test file *text* beside the rules."""
    return linted({"rules_test.yml": text, "rules.yml": RULES, **files})


def test_clean() -> None:
    """A test with one case that fires and one that does not is right."""
    assert found(suite(FIRES, QUIET)) == []


@pytest.mark.parametrize(
    ("series", "wrong"),
    [
        ('bakery_flour_remainin{kind="rye"}', ("query/unknown-metric", "bakery_flour_remainin")),
        ('bakery_flour_remaining{kind="ry"}', ("query/unknown-label-value", "ry")),
        ('bakery_flour_remaining{sort="rye"}', ("query/unknown-label", "sort")),
        ('bakery_flour_remaining{kind="rye", instance="x", job="bakery"}', None),
        ('bakery_flour_remaining{kind="rye", job="bread"}', ("query/unknown-label-value", "bread")),
        ('bakery_bake_duration_seconds_bucket{kind="rye", le="2.5"}', None),
        ('bakery_bake_duration_seconds_bucket{kind="rye", le="3"}', ("query/unknown-label-value", "3")),
        ("shop_orders_total", None),
        ("up", None),
    ],
)  # fmt: skip
def test_series(series: str, wrong: tuple[str, str] | None) -> None:
    """Series that are fed in exist, with labels and values that they can have."""
    assert found(suite(FIRES, series=series)) == ([wrong] if wrong else [])


def test_queries() -> None:
    """Queries of a test are checked like all others."""
    more = "  promql_expr_test:\n  - {expr: 'sum by (sort) (bakery_flour_remaining)', eval_time: 1m, exp_samples: [{value: 1}]}\n"
    assert found(suite(FIRES, more=more)) == [("query/unknown-label", "sort")]


@pytest.mark.parametrize(
    ("alert", "files", "wrong"),
    [
        ("FlourLo", "[rules.yml]", True),
        ("FlourLow", "[rules.yml]", False),
        ("FlourLo", "['*.yml']", True),
        # Another file may have it.
        ("FlourLo", "[rules.yml, /etc/rules.yml]", False),
        ("FlourLo", "[]", False),
    ],
)
def test_alerts(alert: str, files: str, wrong: bool) -> None:
    """An alert that no tested rule has is found where all rules are known."""
    got = found(suite(FIRES.replace("FlourLow", alert), files=files))
    assert (("test/unknown-alert", alert) in got) is wrong


@pytest.mark.parametrize(
    ("files", "words"),
    [("[rule.yml]", ["rule.yml"]), ("[rules.yml, 'x/*.yml']", ["'x/*.yml'"]), ("[../rules.yml]", ["../rules.yml"])],
)
def test_files(files: str, words: list[str]) -> None:
    """Rule files that are not there are found."""
    got = found(suite(FIRES, files=files))
    assert [word for code, word in got if code == "test/missing-rule-file"] == words


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("rule_files: []\ntests: []\n", ["test/nothing-tested"]),
        ("rule_files: []\ntests:\n", ["test/nothing-tested"]),
        ("rule_files: []\ntests: 5\n", ["foreign/wrong-shape"]),
        ("rule_files: []\ntests: [{interval: 1m}]\n", ["test/nothing-tested"]),
        ("rule_files: []\ntests: [{promql_expr_test: [{expr: '1', eval_time: 1m}]}]\n", ["test/no-interval"]),
    ],
)
def test_nothing(text: str, codes: list[str]) -> None:
    """Tests that expect nothing, and such without an interval, are found."""
    assert [code for code, _ in linted({"rules_test.yml": text})] == codes


ALERTS = (
    "  promql_expr_test:\n  - {expr: 'ALERTS{alertname=\"FlourGone\"}', eval_time: 9m, exp_samples: [{value: 1}]}\n"
)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([suite(QUIET)], ["FlourLow"]),
        ([suite(QUIET, FIRES)], []),
        ([suite(QUIET), suite(FIRES)], []),
        ([suite(FIRES, QUIET.replace("FlourLow", "FlourGone"))], ["FlourGone"]),
        ([suite(FIRES, QUIET.replace("FlourLow", "FlourGone"), more=ALERTS)], []),
    ],
)
def test_quiet(texts: list[str], words: list[str]) -> None:
    """An alert that no test of any file lets fire is found once."""
    got = linted({"rules.yml": RULES, **{f"{index}_test.yml": text for index, text in enumerate(texts)}})
    assert got == [("test/only-quiet", word) for word in words]
