"""Projects for tests of the command line, and the command itself, as a process and within this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from obsgen.cli import run
from tests import tools

COMMAND = [sys.executable, "-m", "obsgen"]
SMALL = """\
obsgen: 1
service: shop
metrics:
  shop_orders_total: {counter: Orders., allow: {metric/uncovered: The example is small.}}
records:
  shop:orders:rate5m: {record: Orders per second., query: {rate: shop_orders_total, over: 5m}, allow: {record/unused: Likewise.}}
"""


def small(folder: Path, text: str = SMALL) -> Path:
    """Write a catalog of one file into *folder* and return the folder."""
    (folder / "specs").mkdir(parents=True)
    (folder / "specs" / "shop.yaml").write_text(text, encoding="utf-8")
    return folder


def shipped(folder: Path) -> Path:
    """Copy the project's own catalog into *folder*, collectors of the runtime in a package of its own."""
    shutil.copytree(tools.CHECKOUT / "specs", folder / "specs")
    text = '[tool.obsgen.python.packages]\nruntime = "src/runtime_metrics"\n'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def hypertool(folder: Path) -> Path:
    """Copy one service of the project's own catalog into *folder*, which halves the time of a build."""
    shutil.copytree(tools.CHECKOUT / "specs" / "hypertool", folder / "specs" / "hypertool")
    shutil.copy(tools.CHECKOUT / "specs" / "shared.yaml", folder / "specs")
    return folder


def environment(**more: str) -> dict[str, str]:
    """Return the variables of a user's shell, without those that change what obsgen prints."""
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "TERM")}
    return {**kept, "PYTHONPATH": str(tools.CHECKOUT), "PYTHONWARNINGS": "error", "TERM": "xterm", **more}


def process(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run obsgen in *folder* to its end, its output going into pipes."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def here(folder: Path, monkeypatch, *arguments: str) -> int:
    """Run obsgen in *folder* within this process and return its exit code."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CI", raising=False)
    return run(list(arguments))


def files(folder: Path) -> dict[str, bytes]:
    """Return path -> content of everything below *folder*."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
