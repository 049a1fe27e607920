"""The code on the pages about start, workflows and logs runs as it stands."""

import re

import pytest

from tests import tools
from tests.test_readme import run

PAGES = ("docs/runtime/start.md", "docs/runtime/workflows.md", "docs/runtime/logs.md")
BLOCKS = [
    (page, number, block)
    for page in PAGES
    for number, block in enumerate(
        re.findall(
            r"^```python\n(.*?)^```$", (tools.CHECKOUT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
    )
]


@pytest.mark.parametrize(("page", "number", "block"), BLOCKS, ids=lambda one: str(one)[:30].splitlines()[0])
def test_code_of_the_pages(page, number, block, tmp_path):
    """Every block of Python runs on its own."""
    run(block.replace("prometheus_port=9464", "prometheus_port=0"), tmp_path)


def test_there_is_code():
    """The search for it finds some on each page."""
    assert {page for page, _, _ in BLOCKS} == set(PAGES)
