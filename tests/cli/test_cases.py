"""
The whole tool, command by command, in a project of its own: each file in `cases/` is a script with all it prints.

Before the first `-- PATH --` line stands the script: a line with `$` is run by bash, the lines below it are what it prints
(standard error behind `2| `, an exit code other than 0 as `[exit N]`). Behind it stand the files of the project.
`pytest --update-golden` writes what is printed anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tools

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
_FILE = re.compile(r"^-- (\S+) --\n", re.MULTILINE)


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """Return a folder with the command `obsgen`."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "obsgen"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m obsgen "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return folder


def environment(commands, home):
    """Return the variables of a user who has just installed obsgen."""
    kept = {name: os.environ[name] for name in ("LANG", "SYSTEMROOT") if name in os.environ}
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "HOME": str(home), "PYTHONPATH": str(tools.CHECKOUT), "PYTHONWARNINGS": "error"}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case, commands, tmp_path, update_golden):
    """Every command prints exactly what the case says and ends with the exit code it says."""
    written = case.read_text(encoding="utf-8")
    script, *files = _FILE.split(written)
    project = tmp_path / "project"
    project.mkdir()
    for path, text in zip(files[::2], files[1::2], strict=True):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    variables = environment(commands, tmp_path)
    printed = "".join(_step(line, project, variables) for line in script.splitlines() if line.startswith(("$ ", "# ")))
    if update_golden:
        case.write_text(printed + written[len(script) :], encoding="utf-8")
    else:
        assert printed == script


def _step(line, project, variables):
    if line.startswith("# "):
        return f"{line}\n"
    done = subprocess.run(
        ["bash", "-c", line.removeprefix("$ ")],
        cwd=project,
        env=variables,
        capture_output=True,
        timeout=120,
        check=False,
    )
    out, error = (stream.decode("utf-8").replace(str(project), "PROJECT") for stream in (done.stdout, done.stderr))
    said = [line, *out.splitlines(), *(f"2| {one}".rstrip() for one in error.splitlines())]
    if done.returncode:
        said.append(f"[exit {done.returncode}]")
    return "".join(f"{one}\n" for one in said)


def test_there_are_cases():
    """The folder was found."""
    assert len(CASES) > 8
