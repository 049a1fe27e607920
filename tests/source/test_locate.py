"""Every character of a scalar, mapped to its place in the file."""

import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from obsgen.source import nodes
from obsgen.source.locate import offsets, within
from obsgen.source.nodes import Mapping, Scalar
from tests.source.places import cut

_ANY = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff\u2028\u2029"
) | st.sampled_from("\n\t  '\"\\:#{}[]|>\U0001f600")
TEXT = st.text(_ANY, max_size=40)
# Words that may stand in a plain scalar on any line.
_WORD = st.text(st.sampled_from("abcdefgXYZ0123_()[]{}=~<>/*+-.é漢\U0001f600\"'!|"), min_size=1, max_size=8).map(
    lambda word: "x" + word
)


def scalar(text: str) -> Scalar:
    """Return the value under `k` of a file."""
    root = nodes.parse(text, "specs/a.yaml").root
    assert isinstance(root, Mapping), text
    found = root.get("k")
    assert isinstance(found, Scalar), text
    return found


def places(written: Scalar) -> list[str]:
    """Return what stands in the file at the place of each character."""
    return [cut(within(written, at, at + 1), written.source.text) for at in range(len(written.text))]


@given(TEXT)
@settings(deadline=None)
def test_single_quoted(text: str) -> None:
    """In single quotes each character is found as itself, a quote as two, a folded break at a break."""
    doubled = text.replace("'", "''").replace("\n", "\n\n")
    written = scalar(f"a: 1\nk: '{doubled}'\nb: 2\n")
    found = offsets(written)
    assert found is not None
    assert list(found) == sorted(found)
    for char, place in zip(written.text, places(written), strict=True):
        assert place == ("''" if char == "'" else char) or (char == " " and place == "\n")


@given(TEXT)
@settings(deadline=None)
def test_double_quoted(text: str) -> None:
    """In double quotes each character is found as its escape."""
    escapes = [json.dumps(char)[1:-1] if char in '"\\\n\t' else char for char in text]
    written = scalar('k: "' + "".join(escapes) + '"')
    assert (written.text, places(written)) == (text, escapes)


@given(
    st.lists(
        st.sampled_from(
            ["a", r"\x41", r"\u00e9", r"\U0001F600", r"\0", r"\/", r"\_", r"\N", r"\L", "\\\t", r"\ ", "é"]
        ),
        max_size=9,
    )
)
@settings(deadline=None)
def test_escapes(escapes: list[str]) -> None:
    """Escapes of every length are one character each."""
    assert places(scalar('k: "' + "".join(escapes) + '"')) == escapes


@given(st.lists(st.lists(_WORD, min_size=1, max_size=4), min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
@settings(deadline=None)
def test_plain(lines: list[list[str]], newline: str) -> None:
    """Words of a plain scalar over several lines are found, each line break is the blank it folds into."""
    text = newline.join("  " + " ".join(words) for words in lines)
    written = scalar(f"k:{newline}{text}   # comment{newline}b: 1{newline}")
    assert written.text == " ".join(" ".join(words) for words in lines)
    for char, place in zip(written.text, places(written), strict=True):
        assert place == char or (char == " " and place == "\n")


_LINE = st.text(_ANY.filter(lambda char: char != "\n"), max_size=12)


@given(
    st.lists(_LINE, max_size=6),
    st.sampled_from(["", "-", "+"]),
    st.booleans(),
    st.integers(1, 9),
    st.sampled_from("|>"),
)
@example(["", "  x", "", "", "y", " z", ""], "+", True, 2, ">")
@example(["a", "", "b"], "-", False, 4, ">")
@settings(deadline=None)
def test_blocks(lines: list[str], chomping: str, indicator: bool, indent: int, style: str) -> None:
    """In blocks of any indentation and chomping every character is found as itself, or the whole block is the place."""
    content = "".join((" " * indent + line if line else "") + "\n" for line in lines)
    text = f"k: {style}{indent if indicator else ''}{chomping}\n{content}"
    document = nodes.parse(text, "specs/a.yaml")
    if document.root is None or not isinstance(document.root, Mapping):
        return  # without an indicator, a first line that begins with a blank changes what the text means
    written = document.root.get("k")
    assert isinstance(written, Scalar)
    found = offsets(written)
    if indicator and any(line.strip(" ") for line in lines):
        assert found is not None
    if found is None:
        assert within(written, 0, 1) == written.span
        return
    for char, place in zip(written.text, places(written), strict=True):
        assert place == char or (style == ">" and char == " " and place == "\n")


@pytest.mark.parametrize(
    ("text", "word", "line", "column"),
    [
        ("k: rate(x[5m])", "5m", 1, 11),
        ("k: &a !!str rate(x[5m])", "5m", 1, 20),
        ("k: 'sum(a{b=''5m''})'", "5m", 1, 15),
        ('k: "\\x41 \\u00e9 5m"', "5m", 1, 17),
        ('k: "x \\\n  y 5m"', "5m", 2, 5),
        ('k: "x \\\r\n  y 5m"', "5m", 2, 5),
        ("k: |\n  x\n  5m", "5m", 3, 3),
        ("k: |2\n    x\n  5m", "5m", 3, 3),
        ("k: >- # note\n  x\n\n  5m\n  z", "5m", 4, 3),
        ("k: >\r\n  x\r\n  5m\r\n", "5m", 3, 3),
        ("k:\n  a\n  5m # no", "5m", 3, 3),
    ],
)
def test_a_word_in_each_style(text: str, word: str, line: int, column: int) -> None:
    """The place of a word is where people see it."""
    written = scalar(text)
    start = written.text.index(word)
    span = within(written, start, start + len(word))
    assert (span.line, span.column, cut(span, text)) == (line, column, word)


def test_positions_outside_mean_the_whole() -> None:
    """A stretch that is not in the scalar is the whole scalar."""
    written = scalar("k: abc")
    assert {within(written, *at) for at in ((-1, 2), (2, 1), (0, 4), (4, 4))} == {written.span}
    assert within(written, 3, 3).column == written.span.end_column


@pytest.mark.parametrize(
    "body",
    ["'" + "x " * 50_000 + "'", '"' + "\\x41" * 25_000 + '"', '"' + " " * 100_000 + '"', "a" + " " * 99_998 + "b", "|\n" + "  x\n" * 25_000, ">\n" + "  x\n" * 25_000],
    ids=["words", "escapes", "blanks", "plain", "literal", "folded"],
)  # fmt: skip
def test_long_scalars_take_linear_time(body: str) -> None:
    """Finding a place in 100 kB is no matter of seconds."""
    written = scalar("k: " + body)
    start = time.perf_counter()
    assert offsets(written) is not None
    assert time.perf_counter() - start < 1


def test_huge_scalars_are_their_own_place() -> None:
    """A megabyte is not undone character by character."""
    written = scalar("k: " + "x" * 1_000_000)
    assert offsets(written) is None
    assert within(written, 5, 6) == written.span
