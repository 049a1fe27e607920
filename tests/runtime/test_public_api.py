"""What the runtime promises as a whole: public names, nothing silent, every self-metric recorded, one version."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import obsgen_runtime
import pytest
import yaml

from tests import tools
from tests.test_readme import run

RUNTIME = Path(obsgen_runtime.__file__).parent
# Folders with an underscore are generated; their handlers are the base class's, in whose module they are judged.
MODULES = [
    path
    for path in sorted(RUNTIME.rglob("*.py"))
    if path.parent == RUNTIME or not path.relative_to(RUNTIME).parts[0].startswith("_")
]
BROAD = {"Exception", "BaseException"}
README = tools.CHECKOUT / "runtime" / "README.md"
PAGES = tools.CHECKOUT / "docs" / "runtime"


def test_lazy_names_are_the_public_ones():
    """`__all__`, the table of homes and what type checkers are shown are the same names, sorted."""
    tree = ast.parse((RUNTIME / "__init__.py").read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    shown = {
        alias.name: node.module.removeprefix("obsgen_runtime.")
        for node in guarded.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    assert shown == obsgen_runtime._HOMES
    assert sorted(obsgen_runtime.__all__) == sorted(shown)


def test_public_names_are_documented():
    """Every public name says in a docstring what it is, and stands on a page."""
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (README, *PAGES.glob("*.md")))
    assert [name for name in obsgen_runtime.__all__ if not getattr(obsgen_runtime, name).__doc__] == []
    assert [name for name in obsgen_runtime.__all__ if not re.search(rf"\b{name}\b", pages)] == []


def handlers(path):
    """Yield the broad `except` clauses and `suppress(Exception)` of a module, with the line they begin on."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in kinds):
                yield node.lineno, lines[node.lineno - 1], node.body
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "suppress":
            kinds = [kind for kind in node.args if isinstance(kind, ast.Name) and kind.id in BROAD]
            yield from ((node.lineno, lines[node.lineno - 1], []) for _ in kinds)


def says_something(body):
    """Say whether a handler raises, counts, tells, or keeps the error."""
    for node in ast.walk(ast.Module(body=body, type_ignores=[])):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"count_fault", "tell", "dropped", "error", "warning", "fail", "append", "first_time", "throw"}:
                return True
    return False


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(RUNTIME)))
def test_nothing_is_swallowed_silently(path):
    """A handler of everything raises, counts or tells; or the line of the `except` says why there is nothing to tell."""
    silent = [
        f"{path.name}:{line}: {text.strip()}"
        for line, text, body in handlers(path)
        if not says_something(body) and not re.search(r"#.*\(.{15,}\)|# [a-z].{15,}", text)
    ]
    assert silent == []


def test_the_search_for_silence_finds_some(tmp_path):
    """The search would find the usual forms."""
    module = tmp_path / "silent.py"
    module.write_text(
        "try:\n    x\nexcept Exception:\n    pass\n"
        "try:\n    x\nexcept:\n    y = None\n"
        "with suppress(Exception):\n    x\n"
        "try:\n    x\nexcept (OSError, BaseException):\n    pass\n"
        "try:\n    x\nexcept Exception:\n    raise\n"
        "try:\n    x\nexcept ValueError:\n    pass\n",
        encoding="utf-8",
    )
    found = [line for line, _, body in handlers(module) if not says_something(body)]
    assert sorted(found) == [3, 7, 9, 13]


def catalogued():
    text = (tools.CHECKOUT / "specs" / "runtime" / "metrics.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["metrics"]


def code_of_the_runtime():
    return "\n".join(path.read_text(encoding="utf-8") for path in MODULES)


@pytest.mark.parametrize("name", sorted(catalogued()))
def test_every_metric_of_the_runtime_is_recorded(name):
    """The runtime's own catalog holds nothing that nobody records."""
    assert re.search(rf"\.{name}\b(\.(inc|dec|set|observe)\(|$|\n)", code_of_the_runtime(), re.MULTILINE)


@pytest.mark.parametrize("set_name", ["label_refusal", "value_refusal", "drop_reason", "export_error", "signal"])
def test_every_reason_is_given_somewhere(set_name):
    """Each value of a closed label of these metrics occurs in the code that records it."""
    text = (tools.CHECKOUT / "specs" / "runtime" / "metrics.yaml").read_text(encoding="utf-8")
    code = code_of_the_runtime()
    assert [value for value in yaml.safe_load(text)["labels"][set_name]["values"] if f'"{value}"' not in code] == []


def test_the_readme_is_true(tmp_path):
    """What the README of the distribution shows runs as it stands."""
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        run(block.replace("prometheus_port=9464", "prometheus_port=0"), tmp_path)


def test_the_index_names_every_page():
    """The index of the runtime's pages links each of them, and nothing else."""
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", index))
    assert linked == {path.name for path in PAGES.glob("*.md")} - {"README.md"}
