"""The examples on the pages below docs/checks, as catalogs."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from obsgen import config
from obsgen.settings import Settings

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


def section(page: str, title: str) -> str:
    """Return the text below the heading *title*, empty where there is none."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def settings(page: str) -> Settings:
    """Return the settings that the examples of a page take for granted: its first block of TOML, none where it has none."""
    written = next((text for language, text in _FENCE.findall(page) if language == "toml"), "")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / config.FILE).write_text(written, encoding="utf-8")
        return config.read(Path(folder)).settings


def catalogs(part: str) -> Iterator[dict[str, str]]:
    """
    Yield each catalog of a section: path -> YAML.

    A block is a catalog, and may hold several files that begin with `# file: PATH`. A block with files of other paths than
    those before it belongs to the same catalog. A block that begins with `groups:` is a rule file alone; it and files that do
    not lie below `specs/` are no part of the catalog, but are held against it.
    """
    catalog: dict[str, str] = {}
    for language, text in _FENCE.findall(part):
        if language != "yaml":
            continue
        files = _files(text)
        if catalog and (set(files) & set(catalog) or "specs/example.yaml" in files):
            yield catalog
            catalog = {}
        catalog |= files
    if catalog:
        yield catalog


def _files(text: str) -> dict[str, str]:
    marks = list(_FILE.finditer(text))
    if not marks:
        return {"rules.yml" if text.startswith("groups:") else "specs/example.yaml": text}
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {mark[1]: text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)}
