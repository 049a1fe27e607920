"""The Python of docs/runtime/langfuse-exporter.md runs, and its command is understood."""

import re

import pytest
from obsgen_runtime.langfuse_exporter.command import _parser

from tests import tools
from tests.test_readme import blocks, run

PAGE = "docs/runtime/langfuse-exporter.md"


@pytest.mark.parametrize("block", blocks(PAGE, "python"), ids=lambda block: block.splitlines()[-1][:30])
def test_code(block, tmp_path):
    """Every block runs on its own, without keys, too."""
    run(block, tmp_path)


def test_options():
    """Every option that the page names is one, and the command is read as it stands."""
    page = (tools.CHECKOUT / PAGE).read_text(encoding="utf-8")
    known = _parser().format_help()
    assert {option for option in re.findall(r"--[a-z][a-z-]+", page) if option not in known} == set()
    (console,) = blocks(PAGE, "console")
    (line,) = (line for line in console.splitlines() if line.startswith("$ obsgen-runtime"))
    assert _parser().parse_args(line.split()[3:]).every == 900


def test_the_figures_of_the_page():
    """The names of metrics on the page are in the catalog."""
    from obsgen_runtime._langfuse_metrics import DESCRIPTORS

    page = (tools.CHECKOUT / PAGE).read_text(encoding="utf-8")
    assert set(re.findall(r"`(langfuse_[a-z_]+)", page)) <= {each.name for each in DESCRIPTORS}
