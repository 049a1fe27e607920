"""The generated modules: formatted, typed, described, and honest about what they touch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from obsgen_runtime import _generated

PACKAGES = (
    Path(_generated.__file__),
    Path(__file__).parent / "sample" / "hypertool_metrics" / "__init__.py",
    Path(__file__).parent / "sample" / "awkward_metrics" / "__init__.py",
)
every_package = pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.parent.name)


@every_package
@pytest.mark.parametrize("width", ["88", "120"])
def test_is_formatted(path, width):
    """`ruff format` has nothing to change, in a narrow and in a wide project."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--check", "--diff", "--line-length", width, path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@every_package
def test_touches_nothing_private_of_others(path):
    """Underscore attributes are used on the object itself only, never on another package's objects."""
    methods = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    for method in methods:
        own = method.args.posonlyargs[0].arg if method.args.posonlyargs else method.args.args[0].arg
        for node in ast.walk(method):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                assert isinstance(node.value, ast.Name)
                assert node.value.id == own


def test_types(tmp_path, child_environment):
    """Strict mypy accepts the modules and right calls, and refuses a wrong label value or a missing label."""
    use = tmp_path / "use.py"
    use.write_text(
        "from awkward_metrics import AwkwardMetrics\n"
        "from hypertool_metrics import HypertoolMetrics, Persona\n"
        "from obsgen_runtime import initialize_observability\n"
        "\n"
        "def record(persona: Persona) -> None:\n"
        "    m = HypertoolMetrics()\n"
        "    m.hypertool_persona_switches_total.inc(from_persona='none', to_persona=persona, chatmode='demo')\n"
        "    m.hypertool_persona_switches_total.inc(from_persona=persona, to_persona=persona, chatmode='demo')\n"
        "    AwkwardMetrics().awkward_events_total.inc(2)\n"
        "    print(initialize_observability('hypertool', 0).url)\n"
        "    m.hypertool_persona_switches_total.inc(from_persona=persona, to_persona='none', chatmode='demo')\n"
        "    m.hypertool_persona_switches_total.inc(from_persona=persona, to_persona=persona)\n"
        "    m.hypertool_persona_switches_total.inc(amount=2, from_persona=persona, to_persona=persona, chatmode='')\n"
    )
    environment = {**child_environment, "MYPYPATH": child_environment["PYTHONPATH"]}
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-incremental",
        f"--cache-dir={tmp_path}",
        use,
        *PACKAGES[1:],
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    found = [line.split(":")[1] for line in done.stdout.splitlines() if "error:" in line]
    assert found == ["11", "12", "13"], done.stdout + done.stderr


def test_descriptors_describe_the_scrape(hypertool, registry, scrape):
    """The descriptor table and /metrics agree on names, types, labels, values and buckets."""
    metrics = hypertool.HypertoolMetrics(registry)
    metrics.hypertool_persona_switches_total.declare(chatmode="demo")
    metrics.hypertool_persona_duration_seconds.declare(chatmode="demo")
    metrics.hypertool_persona_tokens_used_total.declare(chatmode="demo", model="m")
    metrics.hypertool_workflow_stage_duration_seconds.declare(workflow="w", stage="s")
    metrics.hypertool_workflow_quality_gate_total.declare(workflow="w", stage="s")
    view = scrape(registry)
    for each in hypertool.DESCRIPTORS:
        family = each.name.removesuffix("_total")
        assert view.families[family] == ("gauge" if each.type == "info" else each.type)
        shown = view.labels(f"{each.name}_bucket" if each.type == "histogram" else each.name)
        assert {name for labels in shown for name in labels} - {"le"} == {label.name for label in each.labels}
        for label in each.labels:
            if label.values is not None:
                assert {labels[label.name] for labels in shown} == set(label.values)
        assert {labels["le"] for labels in shown if "le" in labels} - {"+Inf"} == {str(float(b)) for b in each.buckets}


def test_data_cannot_be_changed(hypertool):
    """The numbers of the catalog are constants."""
    with pytest.raises(TypeError):
        hypertool.PERSONA_TOKEN_BUDGET["data-scientist"] = 0
