"""The Python code of the pages about tracing and privacy runs as it stands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "docs" / "runtime"
BLOCKS = [
    pytest.param(block, id=f"{name}-{number}")
    for name in ("tracing", "privacy")
    for number, block in enumerate(
        re.findall(r"^```python\n(.*?)^```$", (PAGES / f"{name}.md").read_text(), re.MULTILINE | re.DOTALL)
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_python_of_the_pages(block, tmp_path):
    """It ends without an error, and logs nothing but what it shows."""
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.returncode == 0, done.stderr


def test_there_is_code():
    """The search for such code finds all four blocks."""
    assert len(BLOCKS) == 4
