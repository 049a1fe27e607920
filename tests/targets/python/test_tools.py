"""What ruff and mypy say of generated packages, those of hostile catalogs included."""

import os
from pathlib import Path

import obsgen_runtime
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.shipped import shipped
from tests.targets.python.hostile import CATALOGS
from tests.targets.python.packages import ODD, artifacts, catalog_of, imported
from tests.tools import run

RUNTIME = str(Path(obsgen_runtime.__file__).parents[1])

USE = """\
from hypertool_metrics import DESCRIPTORS, PERSONA_TOKEN_BUDGET, HypertoolMetrics, Persona


def record(persona: Persona) -> float:
    m = HypertoolMetrics(strict=True)
    m.hypertool_persona_switches_total.inc(from_persona="none", to_persona=persona, chatmode="demo")
    m.hypertool_persona_duration_seconds.observe(1.5, persona=persona, chatmode="demo")
    m.hypertool_workflow_quality_gate_total.declare(workflow="release", stage="tests")
    print([descriptor.buckets for descriptor in DESCRIPTORS])
    m.hypertool_persona_switches_total.inc(from_persona=persona, to_persona="none", chatmode="demo")
    m.hypertool_persona_switches_total.inc(from_persona=persona, to_persona=persona)
    m.hypertool_persona_switches_total.inc(amount=2, from_persona=persona, to_persona=persona, chatmode="demo")
    m.hypertool_persona_duration_seconds.observe("1", persona=persona, chatmode="demo")
    m.hypertool_persona_swiches_total
    PERSONA_TOKEN_BUDGET["data-scientist"] = 1
    PERSONA_TOKEN_BUDGET["data-sientist"]
    return PERSONA_TOKEN_BUDGET[persona]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the packages of the shipped catalog, of the odd one, and of a handful of hostile ones."""
    top = tmp_path_factory.mktemp("packages")
    for one in (*artifacts(shipped()), *artifacts(catalog_of(ODD))):
        write(top / one.path.removeprefix("python/"), one.text)
    found = []

    @settings(
        max_examples=40,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(CATALOGS)
    def collect(text):
        found.append(text)

    collect()
    for position, text in enumerate(dict.fromkeys(found)):
        (module, _) = artifacts(catalog_of(text))
        write(top / f"hostile_{position}_metrics" / "__init__.py", module.text)
    assert len(list(top.iterdir())) > 10
    return top


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("columns", ["88", "120"])
def test_formatter_changes_nothing(folder, columns):
    """`ruff format` finds every package formatted, in a narrow and in a wide project."""
    done = run("ruff", "format", "--isolated", "--no-cache", "--line-length", columns, "--diff", folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_imported_or_defined_in_vain(folder):
    """Apart from style there is nothing to find: no unused import, no undefined name, no hidden redefinition."""
    done = run("ruff", "check", "--isolated", "--no-cache", "--ignore-noqa", "--select", "F,PLE,I", folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types(folder, tmp_path):
    """Strict mypy accepts every package and right use of it, and refuses each kind of wrong use at its line."""
    use = tmp_path / "use.py"
    use.write_text(USE, encoding="utf-8")
    packages = sorted(path for path in folder.iterdir() if path.is_dir())
    done = run(
        "mypy",
        "--strict",
        f"--cache-dir={tmp_path / 'cache'}",
        use,
        *packages,
        cwd=tmp_path,
        env={"MYPYPATH": os.pathsep.join((RUNTIME, str(folder)))},
        timeout_seconds=300,
    )
    found = [line.split(":")[:2] for line in done.stdout.splitlines() if ": error:" in line]
    wrong = range(USE[: USE.index('to_persona="none"')].count("\n") + 1, USE[: USE.index("    return")].count("\n") + 1)
    assert found == [["use.py", str(line)] for line in wrong], done.stdout + done.stderr


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(CATALOGS)
def test_hostile_texts_stay_texts(tmp_path, text):
    """Whatever stands in a catalog's texts, importing the module runs nothing of it, and says exactly those texts."""
    catalog = catalog_of(text)
    (module, _) = artifacts(catalog)
    table = imported(tmp_path, module.text).DESCRIPTORS
    (service,) = catalog.services
    assert [one.help for one in table] == [metric.help for metric in service.metrics]
    assert [[label.values for label in one.labels] for one in table] == [
        [label.values for label in metric.labels] for metric in service.metrics
    ]
