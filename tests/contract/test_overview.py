"""docs/checks/README.md lists every finding, and says for every check of pint what stands for it here."""

import itertools
import re

import pytest

from obsgen import checks, pages
from tests import tools
from tests.pages import section

OVERVIEW = tools.CHECKOUT / "docs/checks/README.md"
HEADING = "## Every finding\n"
_CODE = re.compile(r"`([a-z]+/[a-z0-9-]+)`")


def listing() -> str:
    """Return the list of every finding: its code, and the first sentence of its page."""
    groups = itertools.groupby(pages.codes(), lambda code: code.partition("/")[0])
    return "".join(f"\n### {group}\n\n" + "".join(map(entry, codes)) for group, codes in groups)


def entry(code: str) -> str:
    """Return the line of a finding."""
    what = " ".join(section(pages.page(code) or "", "What").split())
    sentence = re.split(r"(?<=[^.])[.:](?= [A-Z`]|$)", what, maxsplit=1)[0]
    return f"- [{code}]({code}.md): {sentence}\n"


def test_lists_every_finding(update_golden: bool) -> None:
    """The list has each page once, with the first sentence of it; `--update-golden` writes it anew."""
    text = OVERVIEW.read_text(encoding="utf-8")
    if update_golden:
        text = text.partition(HEADING)[0] + HEADING + listing()
        OVERVIEW.write_text(text, encoding="utf-8")
    assert text.partition(HEADING)[2] == listing()


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.code)
def test_lists_every_check(check: checks.Check) -> None:
    """Every registered check is in the list."""
    assert f"- [{check.code}]({check.code}.md): " in OVERVIEW.read_text(encoding="utf-8")


def test_what_stands_for_pint() -> None:
    """The table names findings that there are."""
    table = section(OVERVIEW.read_text(encoding="utf-8"), "Coming from pint")
    named = {code for line in table.splitlines() if line.startswith("|") for code in _CODE.findall(line.split("|")[2])}
    assert len(named) > 40
    assert named <= set(pages.codes())
