"""The helpers of the tests tell the truth: tools, corpus, golden trees, and rule tests as items."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import tools
from tests.golden import compare_tree

RULES = """\
groups:
  - name: queue
    rules:
      - alert: QueueFull
        expr: queue_length > 10
"""

CASES = """\
rule_files: [../rules/queue.rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{series: queue_length, values: 0 11 0}]
    alert_rule_test:
      - {eval_time: 0m, alertname: QueueFull}
      - {eval_time: 1m, alertname: QueueFull, exp_alerts: [{}]}
"""

AS_SERIES = """\
rule_files: [../rules/*.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{series: queue_length, values: 0 11 0}]
    promql_expr_test:
      - {eval_time: 0m, expr: 'count(ALERTS{alertname="QueueFull",alertstate="firing"})'}
      - eval_time: 1m
        expr: count(ALERTS{alertname="QueueFull",alertstate="firing"})
        exp_samples: [{value: 1}]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with this one's test helpers and pytest settings, one alert, and a rule test that passes."""
    settings = tomllib.loads((tools.CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in settings["ini_options"].items())
    (tmp_path / "pyproject.toml").write_text(f"[tool.pytest.ini_options]\n{lines}", encoding="utf-8")
    (tmp_path / "tests").mkdir()
    for name in ("conftest.py", "golden.py", "rule_tests.py", "tools.py"):
        shutil.copy(tools.CHECKOUT / "tests" / name, tmp_path / "tests")
    generated = tmp_path / "generated" / "prometheus"
    (generated / "rules").mkdir(parents=True)
    (generated / "tests").mkdir()
    (generated / "rules" / "queue.rules.yml").write_text(RULES, encoding="utf-8")
    (generated / "tests" / "queue.yml").write_text(CASES, encoding="utf-8")
    return tmp_path


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def pytest_in(project: Path, *args: str, path: str | None = None, ci: str = "") -> subprocess.CompletedProcess[str]:
    """Run pytest on *project* in a process of its own, with promtool on the PATH unless *path* is another PATH."""
    if path is None:
        path = os.pathsep.join([str(Path(tools.require("promtool")).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *args]
    env = {**os.environ, "PATH": path, "CI": ci}
    return subprocess.run(command, cwd=project, env=env, text=True, capture_output=True, check=False, timeout=120)


@pytest.mark.parametrize("cases", [CASES, AS_SERIES], ids=["alert_rule_test", "ALERTS"])
def test_rule_test_is_an_item(project: Path, cases: str) -> None:
    """Each generated rule-test file is one item of a plain `pytest`, and passes if promtool is content."""
    (project / "generated/prometheus/tests/queue.yml").write_text(cases, encoding="utf-8")
    result = pytest_in(project, "-v")
    assert result.returncode == 0, result.stdout
    assert "generated/prometheus/tests/queue.yml::promtool PASSED" in result.stdout
    assert "1 passed" in result.stdout


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        pytest.param(
            "queue.rules.yml", "gone.rules.yml", "rule file does not exist: ../rules/gone.rules.yml", id="file"
        ),
        pytest.param("[../rules/queue.rules.yml]", "[]", "`rule_files:` is empty", id="no file"),
        pytest.param(
            "0m, alertname: QueueFull",
            "0m, alertname: QueFull",
            "no rule file named here has an alert QueFull",
            id="name",
        ),
        pytest.param(CASES[CASES.index("tests:") :], "tests: []\n", "`tests:` is empty", id="empty"),
        pytest.param("  - interval: 1m\n    input", "  - input", "test 1 has no `interval:`", id="interval"),
        pytest.param(
            CASES[CASES.index("    alert_rule_test:") :],
            "    external_labels: {}\n",
            "test 1 asserts nothing",
            id="none",
        ),
        pytest.param(", exp_alerts: [{}]", "", "alert QueueFull is never expected to fire", id="never fires"),
        pytest.param(
            "      - {eval_time: 0m, alertname: QueueFull}\n",
            "",
            "QueueFull is never expected to be quiet",
            id="never quiet",
        ),
        pytest.param("rule_files:", "- rule_files:", "queue.yml", id="not YAML"),
        pytest.param("values: 0 11 0", "values: 0 9 0", "exp:[", id="really fails"),
    ],
)
def test_rule_test_fails(project: Path, before: str, after: str, message: str) -> None:
    """What promtool lets pass in silence fails the item, and so does what promtool refuses."""
    assert CASES.count(before) == 1
    (project / "generated/prometheus/tests/queue.yml").write_text(CASES.replace(before, after), encoding="utf-8")
    result = pytest_in(project)
    assert result.returncode == 1, result.stdout
    assert message in result.stdout
    assert "1 failed" in result.stdout


def test_alert_states_as_series(project: Path) -> None:
    """A pending alert is no proof that it fires, and a query of `ALERTS` is held to the known names."""
    file = project / "generated/prometheus/tests/queue.yml"
    file.write_text(AS_SERIES.replace("firing", "pending"), encoding="utf-8")
    result = pytest_in(project)
    assert "alert QueueFull is never expected to fire" in result.stdout
    assert "alert QueueFull is never expected to be quiet" in result.stdout
    file.write_text(AS_SERIES.replace("QueueFull", "QueFull"), encoding="utf-8")
    assert "no rule file named here has an alert QueFull" in pytest_in(project).stdout


def test_missing_tool(project: Path, tmp_path: Path) -> None:
    """Without promtool the item is skipped with the reason at home, and fails where CI is set."""
    nowhere = str(tmp_path / "nowhere")
    at_home = pytest_in(project, path=nowhere)
    assert at_home.returncode == 0
    assert "1 skipped" in at_home.stdout
    assert "`scripts/setup --tools` gets it" in at_home.stdout
    in_ci = pytest_in(project, path=nowhere, ci="true")
    assert in_ci.returncode == 1
    assert "`scripts/setup --tools` gets it" in in_ci.stdout


def test_update_golden_is_refused_in_ci(project: Path) -> None:
    """`--update-golden` is refused where CI is set, before any test runs."""
    result = pytest_in(project, "--update-golden", path=os.environ["PATH"], ci="true")
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--update-golden is refused where CI is set" in result.stderr


def test_find_prefers_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool on the PATH comes before the one that the set-up unpacked, and that one before none."""
    monkeypatch.setattr(tools, "CHECKOUT", tmp_path)
    for folder in ("on-path", ".tools/bin"):
        (tmp_path / folder).mkdir(parents=True)
        tool = tmp_path / folder / "a-tool"
        tool.write_text("#!/bin/sh\n", encoding="utf-8")
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "on-path"))
    assert tools.find("a-tool") == tmp_path / "on-path" / "a-tool"
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert tools.find("a-tool") == tmp_path / ".tools" / "bin" / "a-tool"
    assert tools.find("no-such-tool") is None


def test_run_returns_what_the_tool_said() -> None:
    """`run` passes text in, and returns text and exit code; standard input is empty by default."""
    echoed = tools.run("sh", "-c", "cat; echo $GREETING >&2; exit 3", input="né", env={"GREETING": "hello"})
    assert (echoed.stdout, echoed.stderr, echoed.returncode) == ("né", "hello\n", 3)
    assert tools.run("cat").stdout == ""


def test_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The corpus is skipped only where it is not set: set but missing fails, in CI and at home alike."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("OBSGEN_CORPUS", str(tmp_path))
    assert tools.corpus("data") == tmp_path / "data"
    with pytest.raises(pytest.fail.Exception, match="there is no folder"):
        tools.corpus("other")
    monkeypatch.delenv("OBSGEN_CORPUS")
    with pytest.raises(pytest.skip.Exception, match="OBSGEN_CORPUS is not set"):
        tools.corpus("data")


def test_compare_tree_shows_every_difference(tmp_path: Path) -> None:
    """A golden comparison names the changed, the missing and the unexpected file, each with its diff."""
    compare_tree({"same.txt": "a\n", "sub/changed.txt": "one\ntwo\n", "missing.txt": "m\n"}, tmp_path, update=True)
    generated = {"same.txt": "a\n", "sub/changed.txt": "one\n2", "unexpected.txt": "u\n"}
    with pytest.raises(pytest.fail.Exception) as failure:
        compare_tree(generated, tmp_path, update=False)
    assert str(failure.value).splitlines()[:-1] == [
        "missing.txt: in the golden folder, but no longer generated",
        "--- golden/missing.txt",
        "+++ generated/missing.txt",
        "@@ -1 +0,0 @@",
        "-m",
        "sub/changed.txt: generated text differs",
        "--- golden/sub/changed.txt",
        "+++ generated/sub/changed.txt",
        "@@ -1,2 +1,2 @@",
        " one",
        "-two",
        "+2",
        "\\ no newline at the end of the file",
        "unexpected.txt: generated, but not in the golden folder",
        "--- golden/unexpected.txt",
        "+++ generated/unexpected.txt",
        "@@ -0,0 +1 @@",
        "+u",
    ]


def test_compare_tree_compares_bytes(tmp_path: Path) -> None:
    """Line ends and empty files count, and an updated folder is equal, also where a folder becomes a file."""
    compare_tree({"a/b": "x\n", "empty": ""}, tmp_path, update=True)
    for generated in ({"a/b": "x\r\n", "empty": ""}, {"a/b": "x\n"}, {"a/b": "x\n", "empty": "", "more": ""}):
        with pytest.raises(pytest.fail.Exception):
            compare_tree(generated, tmp_path, update=False)
    compare_tree({"a": "now a file\r\n"}, tmp_path, update=True)
    compare_tree({"a": "now a file\r\n"}, tmp_path, update=False)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a"]
