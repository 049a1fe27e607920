"""The generated rule tests pass, and fail when what they test is gone."""

import pytest
import yaml

from obsgen.targets.base import Options
from obsgen.targets.prometheus import TARGET
from tests import tools
from tests.rule_tests import alerts, asserted_states, problems
from tests.shipped import shipped


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Return a folder with what is generated for Prometheus from the shipped catalog."""
    folder = tmp_path_factory.mktemp("generated")
    for one in TARGET.render(shipped(), Options()):
        (folder / one.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / one.path).write_text(one.text, encoding="utf-8")
    return folder / "prometheus"


def test_they_pass(tree):
    """Promtool runs every test of a shipped service's alerts, and each alert fires in one case and is quiet in another."""
    files = sorted((tree / "tests").glob("hypertool.*.yml"))
    assert [found for file in files for found in problems(file)] == []
    result = tools.run("promtool", "test", "rules", *files)
    assert result.returncode == 0, result.stdout + result.stderr
    assert {name for file in files for name in asserted_states(file)} == set(alerts(tree / "rules/hypertool.yml"))


def copy(tree, tmp_path):
    """Return the test files of a copy of *tree*."""
    for file in tree.rglob("*.yml"):
        target = tmp_path / file.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return sorted((tmp_path / "tests").glob("hypertool.*.yml"))


def test_a_missing_rule_file_fails(tree, tmp_path):
    """Promtool would pass without a word."""
    files = copy(tree, tmp_path)
    (tmp_path / "rules" / "hypertool.yml").unlink()
    assert all("rule file does not exist: ../rules/hypertool.yml" in problems(file) for file in files)


def test_a_renamed_alert_fails(tree, tmp_path):
    """Promtool would pass where the test expects quiet."""
    files = copy(tree, tmp_path)
    rules = tmp_path / "rules" / "hypertool.yml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("alert: ", "alert: New"), encoding="utf-8")
    assert all(
        any(found.startswith("no rule file named here has an alert") for found in problems(file)) for file in files
    )


@pytest.mark.parametrize("expr", ["vector(1)", "vector(0) > 1"])
def test_a_rule_that_means_nothing_fails(tree, tmp_path, expr):
    """A rule that always or never fires does not pass its own test."""
    files = copy(tree, tmp_path)
    rules = tmp_path / "rules" / "hypertool.yml"
    document = yaml.safe_load(rules.read_text(encoding="utf-8"))
    for group in document["groups"]:
        for rule in group["rules"]:
            rule["expr"] = expr
    rules.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert [tools.run("promtool", "test", "rules", file).returncode for file in files] == [1] * len(files)
