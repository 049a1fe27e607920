"""Generated rule tests: promtool agrees with the oracle for every shape, and every case shows what it was made for."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from obsgen.emit.yaml_text import yaml_text
from obsgen.load import load_texts
from obsgen.plan.rule_tests import RuleTestFile, test_files, untestable
from obsgen.plan.rule_tests.files import Dropped, grounds, judged
from obsgen.plan.rules import rule_groups
from obsgen.spec.model import Catalog
from obsgen.targets.prometheus.render import rule_files
from tests import rule_tests, tools
from tests.plan.rule_tests import catalogs


@cache
def catalog() -> Catalog:
    """Return the catalog with an alert for every shape."""
    loaded = load_texts(catalogs.texts(catalogs.CONDITIONS))
    assert not loaded.has_errors, loaded.diagnostics
    return loaded.catalog


@cache
def generated() -> dict[str, RuleTestFile]:
    """Return its test files by alert."""
    return {file.alert: file for file in test_files(catalog())}


def written(name: str, folder: Path) -> Path:
    """Write the rule and the test file of the alert *name* below *folder*, and return the test file."""
    file = generated()[name]
    found = [
        replace(group, rules=tuple(rule for rule in group.rules if rule.name == name))
        for group in rule_groups(catalog())
    ]
    ((service, text),) = rule_files(tuple(group for group in found if group.rules)).items()
    for path, content in ((f"rules/{service}.yml", text), (f"tests/{file.name}.yml", yaml_text(file.data))):
        (folder / path).parent.mkdir()
        (folder / path).write_text(content, encoding="utf-8")
    return folder / "tests" / f"{file.name}.yml"


def test_every_alert_has_a_file() -> None:
    """No shape and no comparison of the vocabulary is left without tests."""
    assert set(generated()) == set(catalogs.CONDITIONS)
    assert untestable(catalog()) == ()


@pytest.mark.parametrize("name", sorted(catalogs.CONDITIONS))
def test_promtool_agrees(name: str, tmp_path: Path) -> None:
    """The compiled rule does what the oracle works out from the shape."""
    result = tools.run("promtool", "test", "rules", written(name, tmp_path))
    assert result.returncode == 0, result.stdout[:3000] + result.stderr


@pytest.mark.parametrize("name", ["RateAbove", "GaugeBelow", "AbsentCounter", "AllUnless"])
def test_nothing_is_vacuous(name: str, tmp_path: Path) -> None:
    """The collector of generated tests finds a firing and a quiet assertion, and nothing to complain about."""
    assert rule_tests.problems(written(name, tmp_path)) == []


@pytest.mark.parametrize("name", sorted(catalogs.CONDITIONS))
def test_cases_show_what_they_are_for(name: str) -> None:
    """A case that should fire does, one that should not does not; only equality may be spoilt by rounding."""
    (found,) = (pair for pair in grounds(catalog()) if pair[0].name == name)
    dropped = [one for one in judged(*found) if isinstance(one, Dropped)]
    assert [one.draft.name for one in dropped if not one.draft.exact] == []


@pytest.mark.parametrize(
    "name",
    ["RateAbove", "GaugeBelow", "RatioAbove", "QuantileAbove", "MeanAbove", "WithinFraction", "PerAbove", "GaugeMean"],
)
def test_equality_is_shown(name: str) -> None:
    """Where floating point allows it, a case stands exactly on the threshold."""
    assert "exactly on the threshold" in [test["name"] for test in generated()[name].data["tests"]]


def test_same_catalog_same_files() -> None:
    """Two runs give the same documents."""
    assert yaml_text([file.data for file in test_files(catalog())]) == yaml_text(
        [file.data for file in generated().values()]
    )


def test_every_test_says_its_intervals() -> None:
    """promtool 2.42 puts all samples at 0 where `interval` is missing, and evaluates as it likes without the other one."""
    for file in generated().values():
        assert file.data["evaluation_interval"]
        assert all(test["interval"] == file.data["evaluation_interval"] for test in file.data["tests"])


def test_input_stays_in_the_declared_range() -> None:
    """A gauge is never fed a value that its metric cannot have."""
    ranges = {metric.name: (metric.low, metric.high) for metric in catalog().metrics.values() if metric.low is not None}
    seen = 0
    for alert, ground in grounds(catalog()):
        for case in judged(alert, ground):
            for line in case.draft.lines:
                low, high = ranges.get(line.name, (None, None))
                if low is None or high is None:
                    continue
                numbers = [sample for sample in line.samples if isinstance(sample, float) and sample == sample]
                seen += len(numbers)
                assert all(low <= sample <= high for sample in numbers), (alert.name, case.draft.name, line)
    assert seen > 100


def test_labels_are_real() -> None:
    """Closed labels take their values, open ones their example first, targets those of the scrape."""
    closed = {
        label.name: {*(label.values or ()), "other"}
        for label in catalog().by_name["bakery"].labels.values()
        if label.values
    }
    for alert, ground in grounds(catalog()):
        for case in judged(alert, ground):
            for line in case.draft.lines:
                assert all(value in closed[name] for name, value in line.labels.items() if name in closed)
                assert line.labels.get("workspace", "north") in {"north", "south"}
    labels = str(generated()["IncreaseAbove"].data["tests"][0]["input_series"])
    assert 'bread="rye"' in labels
    assert 'bread="another-bread"' in labels


@pytest.mark.parametrize("name", sorted(catalogs.UNTESTABLE))
def test_untestable(name: str) -> None:
    """An alert that cannot fire, or that nothing can be derived for, is named with the reason and gets no file."""
    when, reason = catalogs.UNTESTABLE[name]
    loaded = load_texts(catalogs.texts({name: (when, "7d" if name == "TooFarApart" else "5m")}))
    ((alert, found),) = untestable(loaded.catalog)
    assert alert.name == name
    assert reason in found
    assert test_files(loaded.catalog) == ()


def test_notifications_are_compared_whole() -> None:
    """Each file holds one whole notification, with labels, values and the runbook's address filled in."""
    (found,) = (
        test["alert_rule_test"] for test in generated()["QuantileAbove"].data["tests"] if "alert_rule_test" in test
    )
    (alert,) = found[0]["exp_alerts"]
    assert alert["exp_labels"]["oven"] == "left"
    assert alert["exp_annotations"]["summary"] == "QuantileAbove of left"
    assert "{{" not in str(alert)


def test_docs_url_reaches_the_notification() -> None:
    """The runbook's address in a notification is that of the rule, wherever the documentation is served from."""
    files = test_files(catalog(), docs_url="https://docs.example")
    assert "https://docs.example/runbooks/bakery.md#rateabove" in yaml_text(
        next(f for f in files if f.alert == "RateAbove").data
    )
