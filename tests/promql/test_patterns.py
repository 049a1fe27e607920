"""Regular expressions in matchers."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.promql.patterns import branches, describes_any, only_text

PIECES = st.lists(st.sampled_from([*"ab|()[].*+?\\^${}-:", "(?:", "(?i)", "[a|b]", r"\|", r"\d"]), max_size=15).map(
    "".join
)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a", ["a"]),
        ("", [""]),
        ("a|b|c", ["a", "b", "c"]),
        ("a|", ["a", ""]),
        ("(a|b)", ["a", "b"]),
        ("(?:a|b)", ["a", "b"]),
        ("((a|b))", ["a", "b"]),
        ("(a)|b", ["(a)", "b"]),
        ("x(a|b)", ["x(a|b)"]),
        ("(a|b)(c|d)", ["(a|b)(c|d)"]),
        ("(a|b)c|d", ["(a|b)c", "d"]),
        (r"a\|b|c", [r"a\|b", "c"]),
        ("[a|b]|c", ["[a|b]", "c"]),
        (r"[\]|]|c", [r"[\]|]", "c"]),
        ("(?i)a|b", ["(?i)a|b"]),
        ("(a|b", ["(a|b"]),
        ("a|b)", ["a", "b)"]),
    ],
)
def test_branches(pattern: str, expected: list[str]) -> None:
    """Alternatives are told apart where each stands for whole values."""
    assert [pattern[start:end] for start, end in branches(pattern)] == expected


@given(PIECES)
def test_branches_mean_the_same(pattern: str) -> None:
    """A text matches a pattern exactly if it matches one of its branches."""
    parts = [pattern[start:end] for start, end in branches(pattern)]
    try:
        whole, each = re.compile(pattern), [re.compile(part) for part in parts]
    except (re.error, FutureWarning):
        return
    for text in ("", "a", "b", "ab", "|", "a|b", "1"):
        assert bool(whole.fullmatch(text)) == any(part.fullmatch(text) for part in each)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("abc", "abc"),
        (r"gpt-4\.1", "gpt-4.1"),
        ("", ""),
        (r"a\\b", "a\\b"),
        ("a.b", None),
        ("a*", None),
        (r"\d", None),
        ("a|b", None),
        ("a$", None),
    ],
)
def test_only_text(pattern: str, expected: str | None) -> None:
    """A pattern without special characters stands for one text."""
    assert only_text(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("fail.*", True), (".+ed", True), ("fai", False), ("Failed", False), ("(?i)FAILED", True), ("fail(ed)?", True), ("[a-f]ailed", True),
        (r"\w+", True), ("succe.*", False), ("[0-9]+", False),
        # Python may read these in another way, or never end; nothing can be said about them.
        ("(x+x+)+y", True), (r"\pL+", True), ("[[:digit:]]+", True), ("x+x+x+x+x+y", True), ("(", True), (r"\Qx\E", True), ("x" * 2000, True),
    ],
)  # fmt: skip
def test_describes_any(pattern: str, expected: bool) -> None:
    """A pattern that fits no known value is told, but only where there is no doubt."""
    assert describes_any(pattern, ["baked", "failed"]) is expected


@given(PIECES, st.text(st.sampled_from("ab|x1"), max_size=6))
def test_describes_any_never_hangs(pattern: str, text: str) -> None:
    """Whatever the pattern, the answer comes at once."""
    started = time.monotonic()
    describes_any(pattern, [text, "a" * 128])
    assert time.monotonic() - started < 2
