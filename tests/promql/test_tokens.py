"""The words of a PromQL text and its strings."""

import promql_parser as upstream
import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.promql.tokens import has_variable, quote, tokens, unquote, unquoted

WORDS = st.lists(
    st.sampled_from(
        [
            "sum", "by", "(", ")", "{", "}", "[5m]", "[1h:30s]", "a:b:rate5m", "x", "=", "=~", "!~", '"a\\"b"', "'c'", "`d\\`", "#",
            "\n", " ", "$x", "${y:regex}", "[[z]]", "1e3", "0x1F", ".5", "1h30m", ">=", "==", ",", "@", "é", ";", "\\", '"', "/", "-",
        ]
    )
)  # fmt: skip


@given(st.text() | WORDS.map("".join))
def test_covers_text(text: str) -> None:
    """Tokens stand in the order of the text, do not overlap, and what lies between them is blanks and comments."""
    position = 0
    for token in tokens(text):
        assert text[token.start : token.end] == token.text != ""
        between = text[position : token.start]
        assert all(line.strip() == "" or line.lstrip().startswith("#") for line in between.split("\n"))
        position = token.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a[5m]", ["name a", "sign [", "number 5m", "sign ]"]),
        ("a[1h30m:15s]", ["name a", "sign [", "number 1h30m", "sign :", "number 15s", "sign ]"]),
        ("job:a_b:rate5m", ["name job:a_b:rate5m"]),
        ("a::b", ["name a::b"]),
        ("1e-3+.5", ["number 1e-3", "sign +", "number .5"]),
        ("0x1F", ["number 0x1F"]),
        ("a # { b\n+c", ["name a", "sign +", "name c"]),
        ("a{b!~'c'}", ["name a", "sign {", "name b", "sign !~", "string 'c'", "sign }"]),
        (r'"a\"b" "c"', [r'string "a\"b"', 'string "c"']),
        ("`a\\`", ["string `a\\`"]),
        ("$a+${b:csv}+[[c]]", ["variable $a", "sign +", "variable ${b:csv}", "sign +", "variable [[c]]"]),
        ("a[[b]]", ["name a", "variable [[b]]"]),
        ("a ! b", ["name a", "sign !", "name b"]),
        ("'a", ["unknown '", "name a"]),
    ],
)
def test_kinds(text: str, expected: list[str]) -> None:
    """Each word has its kind; durations are numbers, comments are nothing."""
    assert [f"{token.kind} {token.text}" for token in tokens(text)] == expected


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quote_and_unquote(text: str) -> None:
    """A quoted text is one string token, and unquoting gives the text back."""
    quoted = quote(text)
    assert [token.kind for token in tokens(quoted)] == ["string"]
    assert unquote(quoted) == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_quote_as_prometheus_reads_it(text: str) -> None:
    """promql-parser reads a quoted text as the matcher's value that was meant."""
    selector = upstream.parse(f"a{{b={quote(text)}}}")
    assert [matcher.value for matcher in selector.matchers.matchers] == [text]


@given(st.text())
def test_quote_holds_no_control_characters(text: str) -> None:
    """What is quoted stays on its line and is text that can be encoded."""
    quoted = quote(text)
    assert not any(ord(char) < 0x20 or ord(char) == 0x7F for char in quoted)
    assert quoted.encode()


@pytest.mark.parametrize(
    ("token", "value", "places"),
    [
        ('"ab"', "ab", (1, 2, 3)),
        ("`a\\n`", "a\\n", (1, 2, 3, 4)),
        (r"'\n\t\\\''", "\n\t\\'", (1, 3, 5, 7, 9)),
        (r'"a\x41b"', "aAb", (1, 2, 6, 7)),
        (r'"\u00e9\101"', "éA", (1, 7, 11)),
        (r'"\U0001F600"', "\U0001f600", (1, 11)),
        (r'"\Uffffffff"', "\ufffd", (1, 11)),
        (r'"\ud800"', "\ufffd", (1, 7)),
        (r'"\q"', "q", (1, 3)),
        ('""', "", (1,)),
    ],
)
def test_unquoted_places(token: str, value: str, places: tuple[int, ...]) -> None:
    """Each character of a value knows where it stands; surrogates, which no text may hold, are replaced."""
    assert unquoted(token) == (value, places)


@given(st.text(st.sampled_from("\\\"'xu0dn8U")))
def test_unquoted_never_raises(body: str) -> None:
    """Whatever the tokens find as a string has a value, one place a character and one for the end."""
    for token in tokens(f'"{body}"'):
        if token.kind == "string":
            value, places = unquoted(token.text)
            assert len(places) == len(value) + 1
            assert list(places) == sorted(places)
            assert places[-1] == len(token.text) - 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [("$a", True), ("x${b}y", True), ("[[c]]", True), ("a$", False), ("[[]]", False), ("$1", False)],
)
def test_has_variable(text: str, expected: bool) -> None:
    """Grafana's three spellings of a variable are known."""
    assert has_variable(text) is expected
