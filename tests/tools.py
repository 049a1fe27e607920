"""
Real tools and public data for the tests: where they are, and what their absence means.

At home a missing tool skips the test that needs it; where ``CI`` is set it fails the test.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
LANGFUSE_VERSIONS = tuple(
    sorted(
        path.stem.removeprefix("langfuse-") for path in (CHECKOUT / "runtime" / "requirements").glob("langfuse-*.lock")
    )
)


def in_ci() -> bool:
    """Return whether this is a run in which nothing may be skipped for want of a tool."""
    return bool(os.environ.get("CI"))


def find(name: str) -> Path | None:
    """Return the command *name* from the PATH, else from what `scripts/setup` put into the checkout, else None."""
    places = [None, CHECKOUT / ".tools" / "bin", CHECKOUT / ".venv" / "bin"]
    found = (shutil.which(name, path=place and str(place)) for place in places)
    return next((Path(path) for path in found if path), None)


def require(name: str) -> str:
    """
    Return the path of the command *name*.

    Raises:
        pytest.skip.Exception: If there is none.
        pytest.fail.Exception: If there is none and ``CI`` is set.
    """
    path = find(name)
    if path is not None:
        return str(path)
    reason = f"{name} is neither on the PATH nor in .tools/bin; `scripts/setup --tools` gets it"
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def langfuse_python(version: str) -> str:
    """
    Return the interpreter of the environment that has the release *version* of the langfuse SDK.

    Raises:
        pytest.skip.Exception: If there is none.
        pytest.fail.Exception: If there is none and ``CI`` is set.
    """
    path = CHECKOUT / ".tools" / f"langfuse-{version}" / "bin" / "python"
    if (path.parents[1] / "obsgen-stamp").is_file():
        return str(path)
    reason = f"there is no environment with langfuse {version}; `scripts/setup --langfuse` makes it"
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def run(
    name: str,
    *args: str | Path,
    cwd: Path | None = None,
    input: str | None = None,
    env: Mapping[str, str] | None = None,
    timeout_seconds: float = 120,
) -> subprocess.CompletedProcess[str]:
    """
    Run the tool *name* to its end and return what it said, whatever its exit code.

    Args:
        name: A command, found as `require` finds it.
        args: Its arguments.
        cwd: Where it runs; default is where the tests run.
        input: Text for its standard input; default is none at all, so that nothing can wait for a keyboard.
        env: Variables that differ from those of the tests.
        timeout_seconds: After that the tool is killed.

    Raises:
        subprocess.TimeoutExpired: If it ran for longer.
    """
    return subprocess.run(
        [require(name), *map(str, args)],
        cwd=cwd,
        input=input or "",
        env={**os.environ, **(env or {})},
        timeout=timeout_seconds,
        text=True,
        encoding="utf-8",
        capture_output=True,
        check=False,
    )


def corpus(name: str) -> Path:
    """
    Return the folder *name* of the public data that ``OBSGEN_CORPUS`` points at.

    Raises:
        pytest.skip.Exception: If ``OBSGEN_CORPUS`` is not set.
        pytest.fail.Exception: If it is set and holds no such folder: a typo must not switch tests off.
    """
    top = os.environ.get("OBSGEN_CORPUS")
    if not top:
        pytest.skip("OBSGEN_CORPUS is not set")
    folder = Path(top).resolve() / name
    if not folder.is_dir():
        pytest.fail(f"OBSGEN_CORPUS is set, but there is no folder {folder}", pytrace=False)
    return folder
