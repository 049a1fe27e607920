"""Rendered documentation, and what a reader's browser makes of it."""

import itertools
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from obsgen.load import load_texts
from obsgen.spec.model import Catalog
from obsgen.targets.base import Options
from obsgen.targets.docs import TARGET
from tests.tools import CHECKOUT

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
EVERY = Path(__file__).parent / "every"


def texts_of(folder: Path) -> dict[str, str]:
    """Return the catalog files below *folder* by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.yaml"))
    }


def catalog_of(texts: Mapping[str, str]) -> Catalog:
    """Return the catalog that *texts* make up; it has to be without errors."""
    loaded = load_texts(texts)
    assert not loaded.has_errors, [one.message for one in loaded.diagnostics]
    return loaded.catalog


def shipped() -> Catalog:
    """Return the catalog of this repository."""
    return catalog_of(texts_of(CHECKOUT / "specs"))


def every() -> Catalog:
    """Return a catalog with every kind of metric, every shape and every sort of panel."""
    return catalog_of(texts_of(EVERY))


def pages(catalog: Catalog) -> dict[str, str]:
    """Return the text of every page by its path below the documentation folder."""
    found = {one.path: one.text for one in TARGET.render(catalog, Options())}
    assert all(path.startswith("docs/") for path in found)
    return {path.removeprefix("docs/"): text for path, text in found.items()}


def tokens(page: str) -> Iterator[Token]:
    """Yield the tokens of a page, those inside of a line behind the line's."""
    for token in READER.parse(page):
        yield token
        yield from token.children or ()


def headings(page: str) -> Iterator[tuple[int, str]]:
    """Yield the level and the words of every heading."""
    found = READER.parse(page)
    for token, inline in itertools.pairwise(found):
        if token.type == "heading_open":
            yield int(token.tag[1]), "".join(child.content for child in inline.children or ())


def anchors(page: str) -> list[str]:
    """Return the anchor of every heading as GitHub gives them: a repeated one gets a number."""
    found: list[str] = []
    seen: dict[str, int] = {}
    for _, words in headings(page):
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found.append(f"{slug}-{seen[slug]}" if slug in seen else slug)
        seen[slug] = seen.get(slug, 0) + 1
    return found


def dead_links(tree: Mapping[str, str]) -> list[str]:
    """Return the links of a tree of pages that lead nowhere."""
    known = {path: anchors(text) for path, text in tree.items()}
    dead = []
    for path, text in tree.items():
        for token in tokens(text):
            target = str(token.attrs["href"]) if token.type == "link_open" else ""
            if not target or re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            page = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
            if page not in known or (anchor and anchor not in known[page]):
                dead.append(f"{path}: {target}")
    return dead


def fences(page: str) -> list[str]:
    """Return every block of PromQL."""
    return [
        token.content.rstrip("\n") for token in READER.parse(page) if token.type == "fence" and token.info == "promql"
    ]
