"""A demo to start: the script with what was generated in this checkout, in a temporary folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import tools

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    """Return a copy of what was generated, to break."""
    return Path(shutil.copytree(tools.CHECKOUT / "generated", tmp_path / "generated"))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Return the folder that a started demo takes for temporary files."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@contextmanager
def starting(scratch: Path) -> Iterator[Start]:
    """Give a function that starts the demo with arguments; whatever still runs at the end of the block is ended."""
    started: list[subprocess.Popen[str]] = []
    path = os.pathsep.join((os.environ["PATH"], str(Path(tools.require("prometheus")).parent)))

    def start_demo(*arguments: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, tools.CHECKOUT / "scripts" / "demo", *arguments],
            cwd=tools.CHECKOUT,
            env={**os.environ, "PATH": path, "TMPDIR": str(scratch)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    try:
        yield start_demo
    finally:
        for process in started:
            process.kill()
            process.communicate()


@pytest.fixture
def start(scratch: Path) -> Iterator[Start]:
    """Return a function that starts the demo with arguments; whatever still runs at the end of the test is ended."""
    with starting(scratch) as start_demo:
        yield start_demo
