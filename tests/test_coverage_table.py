"""docs/coverage.md has every requirement once, and the places that it names exist."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest
import yaml
from obsgen_runtime.cli import COMMANDS

from tests import tools

PAGE = tools.CHECKOUT / "docs" / "coverage.md"
STATES = ("done", "partly", "not yet", "documented", "not here")
# The list of requirements is no part of the repository; ids are never reused, so a group ends with its last number.
LAST = {"R-M": 27, "R-A": 14, "R-D": 20, "R-T": 17, "R-L": 30, "R-C": 7, "R-P": 33, "R-F": 14}
IDS = [f"{group}{number:02}" for group, last in LAST.items() for number in range(1, last + 1)]
RULE_TESTS = "generated/prometheus/tests/"


class Row(NamedTuple):
    """One line of the table."""

    id: str
    what: str
    state: str
    where: str

    @property
    def places(self):
        """What stands in backticks: files, names in files, commands."""
        return re.findall(r"`([^`]+)`", self.where)

    @property
    def words(self):
        """What is said beside the places."""
        return re.findall(r"\w+", re.sub(r"`[^`]+`", "", self.where))


def rows(page: str) -> list[Row]:
    """Return the lines of all tables that begin with an id; cells that are too many or too few are left in."""
    cells = (line.strip().strip("|").split(" | ") for line in page.splitlines() if line.startswith("| R-"))
    return [Row(*(cell.strip() for cell in (found + [""] * 4)[:4])) for found in cells]


def faults(page: str) -> Iterator[str]:
    """Say everything that is wrong with the page."""
    table = rows(page)
    if [row.id for row in table] != IDS:
        times = Counter(row.id for row in table)
        yield f"each id once, in order; wrong: {sorted(one for one in {*IDS, *times} if times[one] != (one in IDS))}"
    for row in table:
        yield from (f"{row.id}: {fault}" for fault in faults_of(row))
    counted = Counter(row.state for row in table)
    said = {state: int(number) for state, number in re.findall(r"^\| ([a-z ]+) \| (\d+) \|", page, re.MULTILINE)}
    if said != {state: counted[state] for state in STATES}:
        yield f"the states are counted as {said}, and are {dict(counted)}"


def faults_of(row: Row) -> Iterator[str]:
    """Say what is wrong with one line."""
    if row.state not in STATES:
        yield f"{row.state!r} is no state"
    if not row.what or not row.where:
        yield "a cell is empty"
    if row.state == "done" and not any(is_test(place) for place in row.places):
        yield "done without a test"
    if row.state == "partly" and not (row.places and "Missing: " in row.where):
        yield "partly without a place, or without what is missing"
    if row.state == "documented" and not any(place.startswith("docs/") for place in row.places):
        yield "documented without a page"
    if row.state in ("not yet", "not here") and len(row.words) < 4:
        yield f"{row.state} without a reason"
    for place in row.places:
        if (fault := fault_of(place)) is not None:
            yield f"`{place}`: {fault}"


def is_test(place: str) -> bool:
    """Return whether pytest runs what is named there."""
    return place.startswith(("tests/", RULE_TESTS))


def fault_of(place: str) -> str | None:
    """Return what is wrong with a place, None if it is there."""
    if place.startswith("obsgen-runtime "):
        return None if place.split()[1] in COMMANDS else "no such command"
    path, _, name = place.partition("::")
    if not (tools.CHECKOUT / path).is_file():
        return "no such file"
    if path.startswith("tests/") and not re.fullmatch(r"(.*/)?test_\w+\.py::test_\w+", place):
        return "no test: name a file test_*.py and a function test_*"
    return "no such name in this file" if name and name not in names(path) else None


@cache
def names(path: str) -> frozenset[str]:
    """Return what a file has names for: definitions of Python, keys of YAML, words of anything else."""
    text = (tools.CHECKOUT / path).read_text(encoding="utf-8")
    if path.endswith(".py"):
        return frozenset(defined(ast.parse(text).body))
    if path.endswith((".yaml", ".yml")):
        return frozenset(keys(yaml.safe_load(text)))
    return frozenset(re.findall(r"\w+", text))


def defined(body: list[ast.stmt], inside: str = "") -> Iterator[str]:
    """Yield functions, classes and assigned names, those of a class behind its name and a dot."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield inside + node.name
        if isinstance(node, ast.ClassDef):
            yield from defined(node.body, f"{inside}{node.name}.")
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            if isinstance(target, ast.Name):
                yield inside + target.id


def keys(node: object) -> Iterator[str]:
    """Yield every key of a document, however deep."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from keys(value)


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


def test_the_table(page):
    """Each id is there once; states, their counts, places, tests and reasons are as the page says they are."""
    assert list(faults(page)) == []


def test_the_page_is_found():
    """README leads to the page."""
    assert "(docs/coverage.md)" in (tools.CHECKOUT / "README.md").read_text(encoding="utf-8")


TEST = "tests/runtime/test_persona.py::test_gates_need_a_verdict"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"| R-M06 | gates | done | `{TEST}` |", None),
        ("| R-M06 | gates | done | `generated/prometheus/tests/hypertool.WorkflowStageSlow.yml` |", None),
        ("| R-M06 | gates | partly | `specs/shared.yaml::critical`. Missing: the rest |", None),
        ("| R-M06 | gates | documented | `docs/demo.md` |", None),
        ("| R-M06 | gates | not yet | Nobody has asked for it |", None),
        (f"| R-M06 | gates | finished | `{TEST}` |", "'finished' is no state"),
        (f"| R-M06 | gates | done `{TEST}` |", "a cell is empty"),
        ("| R-M06 | gates | done | `specs/shared.yaml` |", "done without a test"),
        ("| R-M06 | gates | partly | `specs/shared.yaml` |", "partly without a place, or without what is missing"),
        ("| R-M06 | gates | partly | Missing: a place |", "partly without a place, or without what is missing"),
        ("| R-M06 | gates | documented | `specs/shared.yaml` |", "documented without a page"),
        ("| R-M06 | gates | not here | `specs/shared.yaml` says why |", "not here without a reason"),
        (f"| R-M06 | gates | done | `{TEST}`, `specs/gone.yaml` |", "`specs/gone.yaml`: no such file"),
        (f"| R-M06 | gates | done | `{TEST}s` |", f"`{TEST}s`: no such name in this file"),
        (f"| R-M06 | gates | done | `{TEST}`, `specs/shared.yaml::crit` |", "no such name in this file"),
        (f"| R-M06 | gates | done | `{TEST}`, `obsgen/cli/group.py::Nothing.main` |", "no such name in this file"),
        (f"| R-M06 | gates | done | `{TEST}`, `README.md::Nowhere` |", "no such name in this file"),
        (f"| R-M06 | gates | done | `{TEST}`, `obsgen-runtime docter` |", "no such command"),
        ("| R-M06 | gates | done | `tests/tools.py::run` |", "no test"),
        ("| R-M06 | gates | done | `tests/runtime/test_persona.py::clock` |", "no test"),
    ],
)
def test_lines(line, fault):
    """What is wrong with a line is said, and nothing about what comes closest and is right."""
    (row,) = rows(line)
    found = " ".join(faults_of(row))
    assert found == "" if fault is None else fault in found


def test_ids_and_counts(page):
    """A line that is missing, twice or unknown is found, and so are counts that are old."""
    line = next(one for one in page.splitlines(keepends=True) if one.startswith("| R-M05 "))
    assert "R-M05" in " ".join(faults(page.replace(line, "")))
    assert "R-M05" in " ".join(faults(page.replace(line, line * 2)))
    assert "R-M99" in " ".join(faults(page.replace("| R-M05 ", "| R-M99 ")))
    assert "are counted" in " ".join(faults(re.sub(r"^\| done \| \d+", "| done | 9999", page, flags=re.MULTILINE)))
