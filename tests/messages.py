"""
Messages as files: a small catalog, a line of `=`, and what obsgen says about it.

`pytest --update-golden` writes the second half anew.
"""

import re
from pathlib import Path

import pytest

from obsgen.load import load_texts
from obsgen.report import text as report
from tests.bakery import COVERAGE

_BORDER = "\n" + "=" * 100 + "\n"
_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


def catalog_files(written: str) -> dict[str, str]:
    """Return path -> text of a catalog whose files each begin with `# file: PATH`; one file needs no such line."""
    parts = _FILE.split(written)
    if len(parts) == 1:
        return {"specs/shop.yaml": written}
    assert parts[0] == "", "text before the first `# file:` line"
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def findings(written: str, groups: tuple[str, ...]) -> str:
    """Return what obsgen prints about a catalog, codes of other *groups* and those about coverage left out."""
    loaded = load_texts(catalog_files(written))
    chosen = [one for one in loaded.diagnostics if one.code.partition("/")[0] in groups and one.code not in COVERAGE]
    return report.render(chosen, loaded.sources)


def compare_message(path: Path, groups: tuple[str, ...], *, update: bool) -> None:
    """
    Compare what obsgen says about the catalog in *path* with what stands there below the border.

    Raises:
        pytest.fail.Exception: If it differs.
    """
    written, _, expected = path.read_text(encoding="utf-8").partition(_BORDER)
    actual = findings(written.removesuffix("\n") + "\n", groups)
    if update:
        path.write_text(written + _BORDER + actual, encoding="utf-8")
    elif actual != expected:
        pytest.fail(f"{path.name} expects\n{expected}\nobsgen says\n{actual}", pytrace=False)
