"""What type checkers see of the whole public API in a user's file, both of them at their strictest."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import obsgen_runtime
import pytest

from tests import tools

USER = Path(__file__).with_name("user_of_everything.py")
LINES = USER.read_text(encoding="utf-8").splitlines()
SHOWN = {
    number: found[1]
    for number, line in enumerate(LINES, 1)
    if (found := re.search(r"reveal_type\(.*\)  # (.*)$", line))
}
WRONG = [number for number, line in enumerate(LINES, 1) if line.endswith("# wrong")]
SEARCHED = [str(Path(obsgen_runtime.__file__).parents[1]), str(tools.CHECKOUT / "tests" / "runtime" / "sample")]
_HOME = re.compile(r"\b(?:typing|collections\.abc|builtins|obsgen_runtime(?:\.\w+)+|user)\.")


@pytest.fixture
def user(tmp_path) -> Path:
    path = tmp_path / "user.py"
    path.write_text(USER.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_mypy_strict(user):
    """Under `mypy --strict` each result has its own type, and exactly the wrong calls are errors."""
    (user.parent / "mypy.ini").write_text("[mypy]\nstrict = true\npython_version = 3.11\n", encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--cache-dir", "cache", user.name],
        cwd=user.parent,
        env={**os.environ, "MYPYPATH": os.pathsep.join(SEARCHED)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    ).stdout
    told = re.findall(r'^user\.py:(\d+): note: Revealed type is "(.*)"$', found, re.MULTILINE)
    assert {int(number): _HOME.sub("", what) for number, what in told} == SHOWN
    errors = re.findall(r"^(\S+\.py):(\d+): error:", found, re.MULTILINE)
    assert errors == [("user.py", str(number)) for number in WRONG], found


def test_pyright_strict(user):
    """In pyright's strict mode, too."""
    pyright = tools.require("basedpyright")
    settings = {
        "include": [user.name],
        "typeCheckingMode": "strict",
        "extraPaths": SEARCHED,
        "pythonVersion": "3.11",
        "pythonPlatform": "Linux",
    }
    (user.parent / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(
        [pyright, "--outputjson", "--pythonpath", sys.executable],
        cwd=user.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    found = [
        (each["severity"], each["range"]["start"]["line"] + 1, each["message"])
        for each in json.loads(done.stdout)["generalDiagnostics"]
    ]
    told = {line: what.rsplit(' is "', 1)[1].rstrip('"') for kind, line, what in found if kind == "information"}
    assert told == SHOWN
    assert [line for kind, line, _ in found if kind != "information"] == WRONG, found


def test_the_user_uses_everything():
    """The user's file imports every public name, so that a new one is judged, too."""
    (imported,) = re.findall(r"^from obsgen_runtime import \((.*?)^\)$", "\n".join(LINES), re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"\w+", imported)) == set(obsgen_runtime.__all__)
    assert len(SHOWN) > 30
    assert len(WRONG) > 5
