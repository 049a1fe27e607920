"""Findings as people read them."""

import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.diagnostics import Diagnostic, Label, Severity, Span
from obsgen.report.terminal import columns, visible
from obsgen.report.text import colour, render, summary
from tests.report.findings import EDITED, HOSTILE, SOURCES, UNUSED, WRONG_VALUE, at, hostile


def test_two_places() -> None:
    """A finding shows the place to change and the place that it disagrees with, each with its line."""
    assert render([WRONG_VALUE], SOURCES) == textwrap.dedent("""\
        specs/orders.yaml:3:23: error[query/unknown-label-value]: `fail` is not a value of label `result`
          |
        3 | when: {part: {result: fail}}
          |                       ^^^^ did you mean `failed`?
          ::: specs/labels.yaml:2:20
          |
        2 |   result: {values: [baked, failed]}
          |                    --------------- the values are listed here
        """)


def test_several_lines() -> None:
    """Of a part that spans lines, the rest of its first line is marked."""
    assert render([UNUSED], SOURCES) == textwrap.dedent("""\
        specs/orders.yaml:1:1: info[metric/unused]: nothing uses it
          |
        1 | obsgen: 1
          | ^^^^^^^^^
          = help: remove it
        """)


def test_whole_file() -> None:
    """A finding about a whole file has no excerpt; its words and its difference are shown all the same."""
    assert render([EDITED], {"generated/rules.yml": "groups: []\n"}) == textwrap.dedent("""\
        generated/rules.yml:1:1: warning[drift/edited]: changed by hand
          this file
          = help: run `obsgen build`
            --- built
            +++ found
            -a
            +b
        """)


def test_missing_source() -> None:
    """A finding in a file whose text is not at hand keeps its words, without excerpts."""
    assert render([WRONG_VALUE], {}) == textwrap.dedent("""\
        specs/orders.yaml:3:23: error[query/unknown-label-value]: `fail` is not a value of label `result`
          did you mean `failed`?
          ::: specs/labels.yaml:2:20
          = the values are listed here
        """)


def test_place_beyond_the_file() -> None:
    """A place that the text does not have gives no excerpt and no error."""
    assert render([at("a.yaml", 9, 1, 9, 2)], {"a.yaml": "one\n"}) == "a.yaml:9:1: error[group/name]: wrong\n  here\n"
    assert "^ here" in render([at("a.yaml", 1, 50, 1, 60)], {"a.yaml": "one\n"})


def test_second_place_in_the_same_file() -> None:
    """A second place in the same file needs no path; margins are as wide as the largest line number."""
    first, second = Span("a.yaml", 100, 1, 100, 2), Span("a.yaml", 2, 1, 2, 2)
    one = Diagnostic(
        code="group/name",
        severity=Severity.ERROR,
        message="twice",
        primary=Label(first, "second"),
        secondary=(Label(second, "first"),),
    )
    assert render([one], {"a.yaml": "a\nb\n" + "x\n" * 98}) == textwrap.dedent("""\
        a.yaml:100:1: error[group/name]: twice
            |
        100 | x
            | ^ second
            |
          2 | b
            | - first
        """)


def test_blank_line_between() -> None:
    """Findings are a blank line apart."""
    assert render([UNUSED, UNUSED], SOURCES).count("\n\nspecs/orders.yaml") == 1
    assert render([], SOURCES) == ""


@pytest.mark.parametrize(
    ("line", "column", "end_column", "shown", "carets"),
    [
        ("a:\tb c", 4, 5, "a: b c", "   ^"),
        ("\t\tkey", 3, 6, "  key", "  ^^^"),
        ("パン: rye", 5, 8, "パン: rye", "      ^^^"),
        ("kind: パン x", 7, 9, "kind: パン x", "      ^^^^"),
        ("cafe\u0301: rye", 8, 11, "cafe\u0301: rye", "      ^^^"),
        ("\U0001f35e: rye", 4, 7, "\U0001f35e: rye", "    ^^^"),
        ("\u26a0\ufe0f: rye", 5, 8, "\u26a0\ufe0f: rye", "   ^^^"),
        ("a: rye", 4, 4, "a: rye", "   ^"),
        ("a: rye", 4, 99, "a: rye", "   ^^^"),
        ("", 1, 1, "", "^"),
    ],
)
def test_carets(line: str, column: int, end_column: int, shown: str, carets: str) -> None:
    """Carets stand under the words on a terminal: tabs are one blank, wide characters two columns, combining ones none."""
    source = f"first\n{line}\n"
    lines = render([at("a.yaml", 2, column, 2, end_column, text="")], {"a.yaml": source}).split("\n")
    assert lines[2:4] == [f"2 | {shown}", f"  | {carets}"]


def test_huge_line() -> None:
    """Of a very long line the part around the fault is shown, with the carets under it."""
    source = "x" * 5_000_000 + "fault" + "y" * 5_000_000
    started = time.monotonic()
    lines = render([at("a.yaml", 1, 5_000_001, 1, 5_000_006)], {"a.yaml": source}).split("\n")
    assert time.monotonic() - started < 2
    excerpt, carets = lines[2].removeprefix("1 | "), lines[3].removeprefix("  | ")
    assert excerpt.startswith("…x")
    assert excerpt.endswith("y…")
    assert len(excerpt) <= 162
    assert excerpt[carets.index("^") : carets.rindex("^") + 1] == "fault"


def test_huge_fault() -> None:
    """A fault that is longer than what is shown is marked as far as it is shown."""
    lines = render([at("a.yaml", 1, 1, 1, 10_000)], {"a.yaml": "x" * 10_000}).split("\n")
    assert lines[2] == "1 | " + "x" * 160 + "…"
    assert lines[3] == "  | " + "^" * 160 + " here"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_ends_of_lines(end: str) -> None:
    """Lines are counted as YAML counts them."""
    assert "\n2 | two\n" in render([at("a.yaml", 2, 1, 2, 4)], {"a.yaml": end.join(["one", "two", "three"])})


def test_hostile_text() -> None:
    """No text of the user can move the cursor, change colours or turn the direction of writing."""
    finding = hostile()
    sources = {finding.primary.span.path: HOSTILE, finding.secondary[0].span.path: HOSTILE}
    text = render([finding], sources)
    assert not {char for char in text if not char.isprintable()} - {"\n"}
    assert text.count("\n") < 20


@given(st.text(), st.integers(1, 5), st.integers(1, 40), st.integers(0, 3), st.integers(1, 40))
def test_any_place(source: str, line: int, column: int, further: int, end_column: int) -> None:
    """Whatever the text and the place, printing works and stays printable."""
    text = render(
        [at("a.yaml", line, column, line + further, end_column, text=source, message=source)], {"a.yaml": source}
    )
    assert all(char.isprintable() or char == "\n" for char in text)
    assert text.startswith(f"a.yaml:{line}:{column}: error[group/name]: ")


@given(st.text())
def test_visible(text: str) -> None:
    """What is made visible keeps its length and what was printable, and takes a sensible number of columns."""
    shown = visible(text)
    assert shown.isprintable()
    assert [after for before, after in zip(text, shown, strict=True) if before.isprintable()] == [
        char for char in text if char.isprintable()
    ]
    assert 0 <= columns(shown) <= 2 * len(shown)


def test_many_findings() -> None:
    """Printing takes time in proportion to the findings, however many files there are."""
    sources = {f"specs/{index}.yaml": "a: b\n" * 50 for index in range(2_000)}
    findings = [at(f"specs/{index % 2_000}.yaml", 7, 1, 7, 2) for index in range(50_000)]
    started = time.monotonic()
    text = render(findings, sources)
    assert time.monotonic() - started < 10
    assert text.count("^ here") == 50_000


def test_colour() -> None:
    """Colours are laid over the heading and the carets; without them the text is what it was."""
    text = render([WRONG_VALUE, UNUSED], SOURCES)
    painted = colour(text)
    lines = painted.split("\n")
    assert lines[0] == (
        "\033[1mspecs/orders.yaml:3:23\033[0m: \033[1;31merror\033[0m[query/unknown-label-value]: `fail` is not a value of label `result`"
    )
    assert lines[3] == "  |                       \033[31m^^^^ did you mean `failed`?\033[0m"
    assert "\033[1;36minfo\033[0m" in painted
    plain = painted
    for code in ("\033[0m", "\033[1m", "\033[31m", "\033[1;31m", "\033[1;36m"):
        plain = plain.replace(code, "")
    assert plain == text


def test_colour_leaves_the_excerpt_alone() -> None:
    """A source line that looks like a heading or like carets is not coloured."""
    source = "a:1:1: error[group/name]: x\n  | ^^^\n"
    painted = colour(render([at("b.yaml", 1, 1, 1, 2), at("b.yaml", 2, 1, 2, 2)], {"b.yaml": source}))
    assert "\n1 | a:1:1: error[group/name]: x\n" in painted
    assert "\n2 |   | ^^^\n" in painted


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], "no findings"),
        ([WRONG_VALUE], "1 error"),
        ([WRONG_VALUE, WRONG_VALUE, EDITED], "2 errors, 1 warning"),
        ([UNUSED], "1 note"),
        ([EDITED, EDITED, UNUSED, UNUSED, WRONG_VALUE], "1 error, 2 warnings, 2 notes"),
    ],
)
def test_summary(findings: list[Diagnostic], expected: str) -> None:
    """The summary counts by severity, worst first, and leaves out what there is none of."""
    assert summary(findings) == expected
