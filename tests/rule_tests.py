"""
Rule-test files as pytest items, and what `promtool test rules` lets pass in silence.

promtool answers "SUCCESS" to a rule file that does not exist, to an alert name that no rule has (if the test expects
no alert) and to a file without tests. So an item also fails for these, and for an alert with one side only: a test
that never fires it, or never keeps it quiet, would pass for a rule that says `vector(0)` or `vector(1)`.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import tools

FOLDER = ("generated", "prometheus", "tests")


class RuleTestCollector:
    """A pytest plugin: each `generated/prometheus/tests/*.yml` is a file with one item."""

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.File | None:
        """Return the collector of *file_path* if it is a generated rule-test file."""
        if file_path.suffix == ".yml" and file_path.parent.parts[-len(FOLDER) :] == FOLDER:
            return RuleTestFile.from_parent(parent, path=file_path)
        return None


class RuleTestFile(pytest.File):
    """One rule-test file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the one item."""
        yield RuleTest.from_parent(self, name="promtool")


class RuleTest(pytest.Item):
    """`promtool test rules FILE`, and beforehand the checks that promtool leaves out."""

    def runtest(self) -> None:
        """Fail with every problem of the file, or else with promtool's own words."""
        if found := problems(self.path):
            pytest.fail("\n".join(found), pytrace=False)
        result = tools.run("promtool", "test", "rules", self.path)
        if result.returncode != 0:
            pytest.fail(result.stdout + result.stderr, pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return what pytest prints as this item's place and name."""
        return self.path, None, f"promtool test rules {self.path.name}"


def problems(test_file: Path) -> list[str]:
    """Return what is vacuous about *test_file*, one sentence each; empty if nothing is."""
    try:
        document = _mapping(test_file)
        rule_files = {pattern: _matches(test_file, pattern) for pattern in document.get("rule_files") or []}
        defined = {name for files in rule_files.values() for file in files for name in alerts(file)}
    except (TypeError, yaml.YAMLError) as error:
        return [str(error)]
    tests = document.get("tests") or []
    found = [f"rule file does not exist: {pattern}" for pattern, files in rule_files.items() if not files]
    if not rule_files:
        found.append("`rule_files:` is empty")
    if not tests:
        found.append("`tests:` is empty")
    for number, test in enumerate(tests, start=1):
        if "interval" not in test:  # promtool 2.42 then puts all samples at t=0
            found.append(f"test {number} has no `interval:`")
        if not test.get("alert_rule_test") and not test.get("promql_expr_test"):
            found.append(f"test {number} asserts nothing")
    return [*found, *_one_sided(asserted_states(test_file), defined)]


def alerts(rule_file: Path) -> frozenset[str]:
    """Return the names of the alerts that *rule_file* defines."""
    groups = _mapping(rule_file).get("groups") or []
    return frozenset(rule["alert"] for group in groups for rule in group.get("rules") or [] if "alert" in rule)


def asserted_states(test_file: Path) -> dict[str, frozenset[bool]]:
    """
    Return what *test_file* says of each alert: True where it must fire, False where it must be quiet.

    An alert that is only expected to be pending has neither.
    """
    states: dict[str, set[bool]] = {}
    for test in _mapping(test_file).get("tests") or []:
        for case in test.get("alert_rule_test") or []:
            states.setdefault(str(case.get("alertname")), set()).add(bool(case.get("exp_alerts")))
        for case in test.get("promql_expr_test") or []:
            for name, fires in _alerts_series(case):
                states.setdefault(name, set()).update(fires)
    return {name: frozenset(values) for name, values in states.items()}


def _alerts_series(case: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[bool]]]:
    """Yield what a query of the series `ALERTS` asserts: that is how a test avoids repeating annotations."""
    for selector in re.findall(r"\bALERTS\s*\{([^}]*)\}", str(case.get("expr"))):
        labels = dict(re.findall(r"""(\w+)\s*=\s*["']([^"']*)["']""", selector))
        samples = case.get("exp_samples") or []
        if "alertname" not in labels:
            continue
        if labels.get("alertstate", "firing") != "firing":
            yield labels["alertname"], frozenset()
        elif "alertstate" in labels:
            yield labels["alertname"], frozenset({bool(samples)})
        else:
            yield labels["alertname"], frozenset({any('alertstate="firing"' in str(s.get("labels")) for s in samples)})


def _one_sided(states: Mapping[str, frozenset[bool]], defined: set[str]) -> Iterator[str]:
    for name, values in sorted(states.items()):
        if name not in defined:
            yield f"no rule file named here has an alert {name}"
            continue
        if True not in values:
            yield f"alert {name} is never expected to fire"
        if False not in values:
            yield f"alert {name} is never expected to be quiet"


def _matches(test_file: Path, pattern: str) -> list[Path]:
    # promtool reads a relative path from the test file's folder, and as a glob.
    return sorted(test_file.parent.glob(pattern))


def _mapping(file: Path) -> dict[str, Any]:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise TypeError(f"{file} is not a YAML mapping")
    return document
