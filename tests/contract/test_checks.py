"""Codes, checks and pages belong together; every check survives every catalog."""

import ast
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen import checks, pages
from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic
from obsgen.lint import lint_texts
from obsgen.load import Loaded, load_texts
from obsgen.settings import Settings
from obsgen.source import nodes
from obsgen.spec import decode
from obsgen.spec.catalog import link
from obsgen.targets import limits
from obsgen.targets.base import Options
from tests import tools
from tests.bakery import COVERAGE
from tests.pages import catalogs, section, settings

HEADINGS = ["What", "Why", "Flagged", "Accepted", "How to allow"]
# Findings about files and settings, not about what a catalog says: their examples are shell, TOML or text.
WITHOUT_CATALOGS = {"baseline", "drift", "settings", "source"}
# On this day the pages about allowances are true.
TODAY = dt.date(2026, 1, 1)
TARGETS = ("alloy", "docs", "grafana", "prometheus", "python", "schema")

_CODE = re.compile(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*")


def sources() -> Iterator[ast.Module]:
    for path in sorted((tools.CHECKOUT / "obsgen").rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"), str(path))


# Codes that are put together at run time -> what their variable part can be.
PUT_TOGETHER = {
    "catalog/duplicate-": (
        "alert", "dashboard", "destination", "label", "log", "metric", "price", "record", "scrape", "send", "severity", "trace",
        "workspace",
    ),
}  # fmt: skip


def emitted() -> set[str]:
    """Return every code that the sources hand to a call."""
    found = set()
    for call in (node for module in sources() for node in ast.walk(module) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in ("Check", "removesuffix", "endswith", "startswith", "replace", "get", "glob", "Path"):
            continue
        handed = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "code")]
        found |= {code for argument in handed for code in _codes(argument)}
    return found


def _codes(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and _CODE.fullmatch(argument.value):
        return [argument.value]
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        start = str(argument.values[0].value)
        if re.fullmatch(r"[a-z]+/[a-z0-9-]*", start):
            return [start + rest for rest in PUT_TOGETHER[start]]
    return []


def is_catalog(paths: Iterable[str]) -> bool:
    """Return whether an example is a catalog and nothing else."""
    return all(path.startswith("specs/") for path in paths)


def has_catalogs(code: str) -> bool:
    """Return whether the examples on the page of *code* are catalogs, or files beside one."""
    return code.partition("/")[0] not in WITHOUT_CATALOGS


EMITTED = emitted()
PAGES = pages.codes()


def test_codes_are_found() -> None:
    """The collection of codes is not blind."""
    assert {"query/unknown-label-value", "yaml/duplicate-key", "drift/edited", "catalog/duplicate-alert"} <= EMITTED


@pytest.mark.parametrize("code", sorted(EMITTED))
def test_every_code_has_a_page(code: str) -> None:
    """Whatever finding is printed, `obsgen explain` knows its code."""
    assert code in PAGES, f"docs/checks/{code}.md is missing"


@pytest.mark.parametrize("code", PAGES)
def test_every_page_has_a_code(code: str) -> None:
    """No page explains what is never found."""
    assert code in EMITTED, f"nothing reports {code}"


@pytest.mark.parametrize("code", PAGES)
def test_headings(code: str) -> None:
    """Each page has the same parts in the same order, none of them empty."""
    page = pages.page(code) or ""
    assert page.startswith(f"# {code}\n")
    without_code = re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)
    assert re.findall(r"^#+ (.*)$", without_code, re.MULTILINE) == [code, *HEADINGS]
    assert all(section(page, heading).strip() for heading in HEADINGS)
    assert page.count("```") % 2 == 0


def findings(texts: dict[str, str], settings: Settings) -> set[str]:
    """
    Return the codes of everything that `obsgen check` says about a catalog, with the *settings* of a page.

    Where there are other files beside the catalog, it is what `obsgen lint` says about them.
    """
    foreign = {path: text for path, text in texts.items() if not is_catalog([path])}
    if foreign:
        rest = {path: text for path, text in texts.items() if path not in foreign}
        own = load_texts(rest, today=TODAY, settings=settings)
        assert not own.has_errors
        return {finding.code for finding in lint_texts(own.catalog, foreign, settings)}
    loaded = load_texts(texts, today=TODAY, settings=settings)
    if loaded.has_errors:
        return {finding.code for finding in loaded.diagnostics}
    more = limits(loaded.catalog, Options(python_packages={}, docs_url=""), TARGETS)
    return {finding.code for finding in (*loaded.diagnostics, *more)}


@pytest.mark.parametrize("code", [code for code in PAGES if has_catalogs(code)])
def test_examples(code: str) -> None:
    """
    The flagged examples of a page have its finding and no other, the accepted ones have none.

    That nothing uses a label or a metric does not count on pages about something else: an example with a board for all its
    metrics would hide what it is about.
    """
    page = pages.page(code) or ""
    flagged, accepted = list(catalogs(section(page, "Flagged"))), list(catalogs(section(page, "Accepted")))
    assert flagged
    assert accepted
    granted = settings(page)
    beside = COVERAGE - {code}
    assert [findings(texts, granted) - beside for texts in flagged] == [{code}] * len(flagged)
    assert [findings(texts, granted) - beside for texts in accepted] == [set()] * len(accepted)


@pytest.mark.parametrize("code", [code for code in PAGES if not has_catalogs(code)])
def test_examples_of_files(code: str) -> None:
    """A finding about files shows how it comes about, too."""
    assert "```" in section(pages.page(code) or "", "Flagged")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "nothing",
        "nothing/such",
        "../style",
        "drift/../drift/edited",
        "/etc/passwd",
        "query/Syntax",
        "query/syntax.md",
    ],
)
def test_no_page(code: str) -> None:
    """What is no code has no page, and no way leads out of the folder."""
    assert pages.page(code) is None


def modules() -> list[str]:
    folder = Path(checks.__file__).parent
    # `group_name` is a check, a single word is what several of them share.
    return sorted(path.stem for path in folder.glob("*.py") if "_" in path.stem.strip("_"))


def test_every_check_is_registered() -> None:
    """Each module below obsgen/checks is one check, named for its code, and the registry holds all of them in order."""
    assert [check.code.replace("/", "_").replace("-", "_") for check in checks.CHECKS] == modules()


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.code)
def test_checks_say_what_they_find(check: Check) -> None:
    """The code that a check is registered under is one that it reports."""
    assert check.code in EMITTED
    assert check.run.__doc__


BASES = {
    "shipped": {
        path.relative_to(tools.CHECKOUT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((tools.CHECKOUT / "specs").rglob("*.yaml"))
    },
    **{
        f"{code} {index}": texts
        for code in PAGES
        if has_catalogs(code) and code.partition("/")[0] != "yaml"
        for index, texts in enumerate(catalogs(section(pages.page(code) or "", "Flagged")))
        if is_catalog(texts)
    },
}
_WORD = re.compile(r"[A-Za-z_][\w:-]*|[0-9]+(?:\.[0-9]+)?[%smhd]?")
WORDS = sorted({word for texts in BASES.values() for text in texts.values() for word in _WORD.findall(text)})


@st.composite
def edited(draw: st.DrawFn) -> dict[str, str]:
    """Return a catalog in which some words were exchanged and some lines lost, moved or repeated."""
    texts = dict(BASES[draw(st.sampled_from(sorted(BASES)))])
    for _ in range(draw(st.integers(1, 5))):
        path = draw(st.sampled_from(sorted(texts)))
        lines = texts[path].split("\n")
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["word", "word", "word", "lose", "repeat", "indent", "cut", "file"]))
        if change == "word" and (found := list(_WORD.finditer(lines[at]))):
            match = draw(st.sampled_from(found))
            lines[at] = lines[at][: match.start()] + draw(st.sampled_from(WORDS)) + lines[at][match.end() :]
        elif change == "lose":
            del lines[at]
        elif change == "repeat":
            lines.insert(at, lines[at])
        elif change == "indent":
            lines[at] = f"  {lines[at]}"
        elif change == "cut":
            del lines[at:]
        elif change == "file" and len(texts) > 1:
            del texts[path]
            continue
        texts[path] = "\n".join(lines)
    return texts


def partly(texts: dict[str, str]) -> Iterable[Diagnostic]:
    """Return what all checks find in the files that can be read, although others cannot."""
    roots = [document.root for path, text in texts.items() if (document := nodes.parse(text, path)).root is not None]
    read = [spec for root in roots if (spec := decode.decode(root)[0]) is not None]
    linked = link(read)
    return (*linked.diagnostics, *checks.run(linked.catalog))


def check_places(found: Iterable[Diagnostic], texts: dict[str, str]) -> None:
    """Fail unless every place of every finding lies inside its file."""
    for finding in found:
        for label in (finding.primary, *finding.secondary):
            span = label.span
            lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", texts[span.path])
            assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
            assert span.end_line <= len(lines)
            assert span.column <= len(lines[span.line - 1]) + 1
            assert span.end_column <= len(lines[span.end_line - 1]) + 1


@given(edited())
def test_broken_catalogs(texts: dict[str, str]) -> None:
    """Whatever was changed in a catalog, loading and checking it gives findings inside its files, never an error of ours."""
    loaded = load_texts(texts)
    check_places(loaded.diagnostics, texts)
    assert {finding.code for finding in loaded.diagnostics} <= EMITTED


@given(edited())
def test_partly_broken_catalogs(texts: dict[str, str]) -> None:
    """Every check runs over catalogs of which parts could not be read, and points into their files."""
    check_places(partly(texts), texts)


@pytest.mark.parametrize("name", BASES)
def test_without_any_one_file(name: str) -> None:
    """A catalog of which one file is missing is checked like any other."""
    for path in BASES[name]:
        rest = {other: text for other, text in BASES[name].items() if other != path}
        check_places(partly(rest), rest)


def test_shipped_catalog() -> None:
    """The catalog that obsgen ships is clean, and every check has looked at something in it."""
    loaded: Loaded = load_texts(BASES["shipped"])
    assert loaded.diagnostics == ()
    assert Subject(loaded.catalog).queries
