"""What docs/lint.md shows is what happens."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests import tools
from tests.cli.projects import COMMAND, environment

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# file: (\S+)\n")


def test_every_step(tmp_path: Path) -> None:
    """Files and commands of the page, in its order, print what it says they print."""
    command = tmp_path / "bin" / "obsgen"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    variables = environment()
    variables["PATH"] = f"{command.parent}:{variables['PATH']}"
    project = tmp_path / "project"
    project.mkdir()
    steps = 0
    for language, body in _FENCE.findall((tools.CHECKOUT / "docs" / "lint.md").read_text(encoding="utf-8")):
        if named := _FILE.match(body):
            assert language == "yaml"
            path = project / named[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
            continue
        line, _, shown = body.partition("\n")
        done = subprocess.run(
            ["bash", "-c", line.removeprefix("$ ")], cwd=project, env=variables, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert (done.stdout, done.stderr) == (shown, ""), line
        steps += 1
    assert steps == 5
