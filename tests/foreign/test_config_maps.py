"""Rule files that lie as texts in ConfigMaps: looked at like others, at their places in the file around them."""

import json
from pathlib import Path

import pytest

from obsgen.config import Config
from obsgen.lint import lint
from tests.foreign import linted, serious
from tests.foreign.test_rule_files import FOUND, GROUPS, indented


def config_map(name: str, text: str, style: str = "|") -> str:
    """Return a ConfigMap with the file *name* in it, as a block or in quotes."""
    written = f"|\n{indented(text, 4)}" if style == "|" else f"{json.dumps(text)}\n"
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\ndata:\n  {name}: {written}"


@pytest.mark.parametrize("style", ["|", '"'])
@pytest.mark.parametrize("name", ["rules.yml", "rules.yaml", "shop.rules"])
def test_found(name: str, style: str) -> None:
    """A fault is found at its word, however the text is written, also in a list of objects."""
    text = config_map(name, GROUPS, style)
    assert linted({"x.yml": text}) == FOUND
    listed = "kind: List\nitems:\n- " + indented(text, 2).lstrip()
    assert linted({"x.yml": listed}) == FOUND


@pytest.mark.parametrize(
    "text",
    [config_map("rules.txt", GROUPS), config_map("values.yml", "a: [\n"), config_map("x.yml", "groups: [admins]\n")],
    ids=["name", "something else", "other groups"],
)
def test_somebody_elses(text: str) -> None:
    """Other texts in a ConfigMap are nobody's business."""
    assert linted({"x.yml": text}) == [("foreign/unknown-kind", "")]


def test_broken() -> None:
    """Rules that cannot be read are told, at their place."""
    ((code, _),) = linted({"x.yml": config_map("x.yml", "groups:\n- name: [\n")})
    assert code == "yaml/syntax"


@pytest.mark.parametrize("written", ['"{{ "{{" }} $labels.kind }}"', "{{ .Values.summary }}", '"{{ include "x" . }}"'])
def test_template(written: str) -> None:
    """Rules that another tool fills in first are told from broken YAML, at their place."""
    found = linted(
        {"x.yml": config_map("x.yml", f"groups:\n- name: x\n  rules:\n  - summary: {written}\n    for: 5m\n")}
    )
    assert ("foreign/template", "{{") in found
    assert not any(code.startswith("yaml/") for code, _ in found)


def test_comments(tmp_path: Path) -> None:
    """A comment in the text allows what begins below it."""
    allowed = GROUPS.replace("  - {alert", "  # obsgen: allow query/syntax a dialect\n  - {alert").replace(
        "> 1'", "> 1 keep'"
    )
    (tmp_path / "x.yml").write_text(config_map("x.yml", allowed))
    config = Config(root=tmp_path, specs=tmp_path / "specs", out=tmp_path / "out")
    found = lint(config, [tmp_path], tmp_path)
    assert (found.diagnostics, found.files) == ((), "1 ConfigMap with rules")


def test_tested() -> None:
    """Its alerts are known to tests that name the file, and it is no rule file that a server has to load."""
    tests = (
        "rule_files: [x.yml]\ntests:\n- interval: 1m\n  alert_rule_test:\n"
        "  - {alertname: OrdersFall, eval_time: 1m, exp_alerts: [{}]}\n"
    )
    server = "scrape_configs:\n- {job_name: bakery, static_configs: [{targets: ['a:9464']}]}\n"
    found = serious({"x.yml": config_map("x.yml", GROUPS), "t.yml": tests, "p.yml": server})
    assert found == [("test/unknown-alert", "OrdersFall"), *FOUND]
