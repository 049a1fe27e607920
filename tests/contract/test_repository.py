"""The repository keeps its shape: what lies at the top, what no file may name, how scripts and pins look."""

import os
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests import tools
from tests.rule_tests import alerts, asserted_states

TOP = {
    ".ci",
    ".gitignore",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "docs",
    "generated",
    "obsgen",
    "pyproject.toml",
    "requirements.lock",
    "runtime",
    "scripts",
    "specs",
    "tests",
}
TOP_OPTIONAL = {".github", "CHANGELOG.md"}

# Written in pieces that do not match themselves.
REGISTRY = re.compile(r"https?://(?:[a-z0-9-]+[.])*(?:registry|proxy|index|files|deb|pypi|crates)[a-z0-9-]*[.][a-z.]+")
MACHINE_PATH = re.compile(r"(?<![\w.})])/(?:wor[k]|roo[t]|home/\w+|Users/\w+|tmp/v)\b(?!-)")


@cache
def tracked() -> tuple[str, ...]:
    """Return every file that git knows, relative to the top."""
    listed = tools.run("git", "ls-files", "-z", cwd=tools.CHECKOUT)
    if listed.returncode != 0:
        (pytest.fail if tools.in_ci() else pytest.skip)(f"not a git checkout: {listed.stderr}")
    return tuple(path for path in listed.stdout.split("\0") if path and (tools.CHECKOUT / path).is_file())


def read(path: str) -> str:
    """Return the text of a tracked file, or of a binary one what can be read of it."""
    return (tools.CHECKOUT / path).read_bytes().decode("utf-8", errors="replace")


def scripts() -> list[str]:
    """Return the tracked files that people start: all of scripts/ but what those source or import."""
    found = [path for path in tracked() if re.fullmatch(r"scripts/[^/]+|[.]ci/run", path)]
    return [path for path in found if "." not in Path(path).name or read(path).startswith("#!")]


def test_top_level() -> None:
    """The top level holds what a newcomer expects there, and nothing else."""
    found = {path.split("/", 1)[0] for path in tracked()}
    assert found - TOP_OPTIONAL == TOP


def test_no_private_places() -> None:
    """No tracked file names the address of a package registry or a path of somebody's machine."""
    found = [
        f"{path}:{number}: {match[0]}"
        for path in tracked()
        for number, line in enumerate(read(path).splitlines(), start=1)
        for pattern in (REGISTRY, MACHINE_PATH)
        if (match := pattern.search(line))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://" + "pypi.org/simple",
        "deb http://" + "deb.debian.org/debian bookworm main",
        "cd /" + "work/main",
        "see `/" + "root/.cache`",
        "/" + "tmp/v/bin/python",
        "file:///" + "home/somebody/obsgen",
    ],
)
def test_private_places_are_seen(line: str) -> None:
    """The search for private places finds them."""
    assert REGISTRY.search(line) or MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ["https://prometheus.io/docs", "a/work/in/progress", "/tmp/values", "${x}/root/y"])
def test_public_places_are_left_alone(line: str) -> None:
    """The search for private places does not take offence at ordinary addresses and relative paths."""
    assert not REGISTRY.search(line)
    assert not MACHINE_PATH.search(line)


def test_scripts_can_be_started_and_explain_themselves() -> None:
    """Every script is executable, names its interpreter, and says in its first lines how it is used."""
    assert {"scripts/setup", "scripts/test", "scripts/first-run", ".ci/run"} <= set(scripts())
    for path in scripts():
        text = read(path)
        assert os.access(tools.CHECKOUT / path, os.X_OK), f"{path} is not executable"
        assert text.startswith("#!/usr/bin/env "), f"{path} has no #! line"
        head = "\n".join(text.splitlines()[:30])
        assert re.search(rf"^.{{0,9}}\bUsage: .*{re.escape(path)}", head, re.MULTILINE), f"{path} has no usage line"


def test_shell_scripts_parse() -> None:
    """Every shell script is free of syntax errors, also in the branches that no test takes."""
    for path in [*scripts(), "scripts/lib.sh"]:
        if path.endswith(".sh") or "bash" in read(path).splitlines()[0]:
            result = tools.run("bash", "-n", tools.CHECKOUT / path)
            assert (result.returncode, result.stderr) == (0, ""), path


def test_lock_pins_and_nothing_else() -> None:
    """requirements.lock is a sorted list of exact versions, so that a set-up means the same everywhere."""
    lines = read("requirements.lock").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==[\w.+!]+", line)] == []
    assert lines == sorted(lines, key=str.lower)


def test_lock_covers_both_projects() -> None:
    """Each package that the two projects, their builds and their development ask for is pinned."""
    pinned = {_distribution(line) for line in read("requirements.lock").splitlines()}
    for path in ("pyproject.toml", "runtime/pyproject.toml"):
        settings = tomllib.loads(read(path))
        asked = [
            *settings["build-system"]["requires"],
            *settings["project"].get("dependencies", []),
            *settings.get("dependency-groups", {}).get("dev", []),
        ]
        assert {_distribution(requirement) for requirement in asked} - pinned == set(), path


def test_every_generated_alert_is_tested() -> None:
    """Each alert of the generated rule files is named by a generated rule test, which fires it and keeps it quiet."""
    folder = tools.CHECKOUT / "generated" / "prometheus"
    tested = {name for file in (folder / "tests").glob("*.yml") for name in asserted_states(file)}
    rule_files = [file for file in folder.rglob("*.yml") if _holds_rules(file)]
    defined = {name for file in rule_files for name in alerts(file)}
    assert defined
    assert defined - tested == set()


def _holds_rules(file: Path) -> bool:
    return file.parent.name != "tests" and "\ngroups:" in "\n" + file.read_text(encoding="utf-8")


def _distribution(requirement: str) -> str:
    """Return the name in *requirement*, spelt as registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()
