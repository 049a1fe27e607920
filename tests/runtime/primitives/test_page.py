"""What the page about primitives shows is true."""

from __future__ import annotations

import asyncio
import re

import pytest
from obsgen_runtime.primitives import WorkflowContext

from tests import tools
from tests.runtime.primitives.trees import drawn
from tests.test_readme import run

PAGE = (tools.CHECKOUT / "docs/runtime/primitives.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_code_of_the_page(number, tmp_path):
    """Every block of Python runs on its own."""
    run(BLOCKS[number], tmp_path)


def test_the_tree_of_the_page(wire):
    """The trace that is shown is the one of the code above it."""
    names = {}
    exec(BLOCKS[0], names)
    wire.backend.flush()
    wire.server.clear()
    asyncio.run(names["workflow"].execute("  why? ", WorkflowContext()))
    (tree,) = drawn(wire.spans()).values()
    shown = re.search(r"^```\n(primitive\..*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]
    lines = [re.sub(r"(\w+) (\w+)(?:, |$)", r"\1=\2 ", line[54:]).strip() for line in shown.splitlines()]
    heads = [line[:54].replace("primitive.", "").rstrip() for line in shown.splitlines()]
    assert [re.sub(r"(?<=\S) +", " ", f"{head} {rest}").rstrip() for head, rest in zip(heads, lines, strict=True)] == (
        tree.splitlines()
    )


def test_the_metrics_of_the_page():
    """The labels that the page lists are those of the catalog."""
    from obsgen_runtime._primitive_metrics import DESCRIPTORS

    rows = dict(re.findall(r"^\| `(primitive_\w+)` \| (.*) \|$", PAGE, re.MULTILINE))
    listed = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows.items()}
    assert listed == {one.name: {label.name for label in one.labels} for one in DESCRIPTORS}
