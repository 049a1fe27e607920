"""The Python of docs/runtime/kits.md runs, and its commands are those that exist."""

from __future__ import annotations

import re

import pytest

from tests import tools
from tests.runtime.kits import live
from tests.test_readme import run

PAGE = (tools.CHECKOUT / "docs" / "runtime" / "kits.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_the_page(number, tmp_path, monkeypatch):
    """Each block runs by itself."""
    for name in set(live.os.environ) - set(live.environment()):
        monkeypatch.delenv(name)
    run(re.sub(r"prometheus_port=\d+", "prometheus_port=0", BLOCKS[number]), tmp_path)


def test_examples_of_the_page():
    """The page names every example."""
    named = set(re.findall(r"scripts/example (\w+)", PAGE))
    assert {path.parent.name for path in (tools.CHECKOUT / "runtime" / "examples").glob("*/main.py")} >= named
    assert {"package_release", "orchestrator"} <= named
