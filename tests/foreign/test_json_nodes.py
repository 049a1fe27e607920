"""JSON with places: what the standard library reads, and where each character of it stands."""

import json
import re
from collections.abc import Callable
from collections.abc import Mapping as MappingType
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from obsgen.diagnostics import Diagnostic, Span
from obsgen.foreign import json_nodes
from obsgen.report.text import render
from obsgen.source import nodes
from obsgen.source.locate import within
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence, plain

PATH = "board.json"

# Half characters are reported, so they are no part of what both readers agree on.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['"', "\\", "😀", "a\nb", "\\u0041"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
BLANKS = st.sampled_from(["", " ", "\n", "\t", "\r\n", "  \n "])


def string(draw: st.DrawFn, text: str) -> str:
    """Return *text* as JSON, each character escaped or not."""
    found = ['"']
    for char in text:
        escaped = json.dumps(char)[1:-1]
        must = char in '"\\' or char < " "
        hexed = "".join(f"\\u{unit:04x}" for unit in units(char))
        found.append(
            draw(st.sampled_from([escaped, hexed, *([] if must else [char]), *(["\\/"] if char == "/" else [])]))
        )
    return "".join([*found, '"'])


def units(char: str) -> list[int]:
    data = char.encode("utf-16-be")
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def written(draw: st.DrawFn, value: Any) -> str:
    """Return *value* as JSON with blanks anywhere."""
    if isinstance(value, list):
        parts = ["[", *_between(draw, [written(draw, item) for item in value]), "]"]
    elif isinstance(value, dict):
        pairs = [
            f"{string(draw, key)}{draw(BLANKS)}:{draw(BLANKS)}{written(draw, item)}" for key, item in value.items()
        ]
        parts = ["{", *_between(draw, pairs), "}"]
    elif isinstance(value, str):
        return string(draw, value)
    else:
        parts = [json.dumps(value)]
    return draw(BLANKS).join(parts)


def _between(draw: st.DrawFn, parts: list[str]) -> list[str]:
    return [piece for index, part in enumerate(parts) for piece in ([","] if index else []) + [part]]


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Any]:
    """Return a JSON text in any formatting, and its value."""
    value = draw(VALUES)
    return draw(BLANKS) + written(draw, value) + draw(BLANKS), value


def scalars(node: Node) -> list[Scalar]:
    """Return every key and value below *node* that is no collection."""
    if isinstance(node, Sequence):
        return [found for item in node.items for found in scalars(item)]
    if isinstance(node, Mapping):
        return [found for key, value in node.entries.values() for found in (key, *scalars(value))]
    return [node]


def at(text: str, span: Span) -> str:
    """Return the part of *text* at *span*."""
    lines = [line + "\n" for line in text.split("\n")][span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "".join(lines)


def same(a: Any, b: Any) -> bool:
    """Return whether two values are equal and of the same types, which `True == 1` would hide."""
    return repr(a) == repr(b)


@given(files())
def test_any_value_in_any_formatting(file: tuple[str, Any]) -> None:
    """Values are those of the standard library, and each character of a text stands where it was written."""
    text, value = file
    root, problems = json_nodes.parse(text, PATH)
    assert root is not None
    assert problems == ()
    assert same(plain(root), value)
    assert same(plain(root), json.loads(text))
    for scalar in scalars(root):
        assert json.loads(at(text, scalar.span)) == scalar.value
        for index, char in enumerate(scalar.text):
            raw = at(text, within(scalar, index, index + 1))
            assert (json.loads(f'"{raw}"') if scalar.style == '"' else raw) == char


@given(files(), st.data())
def test_broken_text(file: tuple[str, Any], data: st.DataObject) -> None:
    """Whatever is cut, doubled or thrown in, the reader says where it fails, and only where the standard library does."""
    text = file[0]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 3)))
        text = (
            text[:start]
            + data.draw(st.sampled_from(["", ",", "}", "]", '"', "\\", "{", "\ud800", "1", "NaN", ":"]))
            + text[end:]
        )
    root, problems = json_nodes.parse(text, PATH)
    check(text, problems)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        assert root is None
        assert problems
    else:
        assert root is not None
        if not problems:
            assert same(plain(root), value)


def check(text: str, problems: tuple[Diagnostic, ...]) -> None:
    """Fail unless every place lies in *text* and all of it can be printed."""
    lines = text.split("\n")
    for one in problems:
        for label in (one.primary, *one.secondary):
            assert (1, 1) <= (label.span.line, label.span.column) <= (label.span.end_line, label.span.end_column)
            assert label.span.end_line <= len(lines)
            assert label.span.end_column <= len(lines[label.span.end_line - 1]) + 1
    render(problems, {PATH: text}).encode("utf-8", "surrogatepass")


@given(st.text())
def test_any_text(text: str) -> None:
    """No text at all makes the reader raise."""
    root, problems = json_nodes.parse(text, PATH)
    assert root is not None or problems
    check(text, problems)


CASES = [
    ('{"a": 1,}', "json/syntax", ",", "a comma stands before the `}`"),
    ('{"a" 1}', "json/syntax", "1", "here a `:` is missing"),
    ('{"a": }', "json/syntax", "}", "here a value is missing"),
    ("{a: 1}", "json/syntax", "a", "here a key is missing"),
    ("[1 2]", "json/syntax", "2", "here a `,` or `]` is missing"),
    ("[1, 2", "json/syntax", "", "the text ends here, a `]` is missing"),
    ("[", "json/syntax", "", "the text ends where a value is missing"),
    ("{", "json/syntax", "", "the text ends here, inside of braces"),
    ("", "json/syntax", "", "the text ends where a value is missing"),
    ("{} {}", "json/syntax", "{", "something stands behind the end of the value"),
    ('["a]\n', "json/syntax", '"a]', "this quote is not closed in its line"),
    ('["a\tb"]', "json/syntax", "\t", "a tab inside of a string"),
    ('["a\x00b"]', "json/syntax", "\x00", "the character U+0000 inside of a string"),
    ('["\\x41"]', "json/syntax", "\\x", "`\\x` is no escape of JSON"),
    ('["\\u12"]', "json/syntax", "\\u", "`\\u` is no escape of JSON"),
    ("[True]", "json/syntax", "True", "`True` is no value of JSON"),
    ("[01]", "json/syntax", "01", "`01` is no value of JSON"),
    ("[1.]", "json/syntax", "1.", "`1.` is no value of JSON"),
    ("[-]", "json/syntax", "-", "`-` is no value of JSON"),
    ("['a']", "json/syntax", "'a'", "`'a'` is no value of JSON"),
    ("[NaN]", "json/not-finite", "NaN", "`NaN` is no number of JSON"),
    ("[-Infinity]", "json/not-finite", "-Infinity", "`-Infinity` is no number of JSON"),
    ("[1e999]", "json/not-finite", "1e999", "`1e999` is larger than any number that a computer holds"),
    (
        f"[{'9' * 5000}]",
        "json/not-finite",
        "9" * 5000,
        f"`{'9' * 59}…` is larger than any number that a computer holds",
    ),
    ('["a\\ud83d."]', "json/half-character", "\\ud83d", "this is half of a character, the other half is missing"),
    ('["\\ude00"]', "json/half-character", "\\ude00", "this is half of a character, the other half is missing"),
    ('{"a": 1, "a": 2}', "json/duplicate-key", '"a"', "`a` stands here twice"),
    ("\ufeff[]", "json/byte-order-mark", "\ufeff", "the text begins with a byte order mark, which many readers refuse"),
    ("[" * 101, "json/too-deep", "[", "nested more than 100 levels deep"),
]


@pytest.mark.parametrize(("text", "code", "word", "message"), CASES, ids=range(len(CASES)))
def test_faults(text: str, code: str, word: str, message: str) -> None:
    """Each fault is told once, at the characters that are wrong."""
    _, (problem,) = json_nodes.parse(text, PATH)
    assert (problem.code, problem.message, at(text, problem.primary.span)) == (code, message, word)


def test_reading_goes_on() -> None:
    """A number that nobody can hold, a repeated key and half a character do not hide what stands behind them."""
    root, problems = json_nodes.parse('{"a": NaN, "a": "\\ud800", "b": [1e999]}', PATH)
    assert root is not None
    assert plain(root) == {"a": "\ufffd", "b": [0]}
    assert [one.code for one in problems] == [
        "json/not-finite", "json/duplicate-key", "json/half-character", "json/not-finite",
    ]  # fmt: skip


def test_deepest() -> None:
    """A hundred levels are read."""
    root, problems = json_nodes.parse("[" * 100 + "]" * 100, PATH)
    assert root is not None
    assert problems == ()


def test_unclosed() -> None:
    """A bracket that is never closed is shown where it opens, too."""
    _, problems = json_nodes.parse('{\n  "rows": [1,\n    2\n', PATH)
    assert (
        render(problems, {PATH: '{\n  "rows": [1,\n    2\n'})
        .splitlines()[0]
        .startswith("board.json:4:1: error[json/syntax]")
    )
    assert [(label.span.line, label.span.column) for one in problems for label in one.secondary] == [(2, 11)]


STYLES: MappingType[str, Callable[[str], str]] = {
    "literal": lambda text: "data:\n  a.json: |\n" + "".join(f"    {line}\n" for line in text.split("\n")),
    "kept": lambda text: "data:\n  a.json: |2+\n" + "".join(f"    {line}\n" for line in text.split("\n")),
    "single": lambda text: "a.json: '" + text.replace("'", "''").replace("\n", "\n\n") + "'\n",
    "double": lambda text: "a.json: " + json.dumps(text) + "\n",
    "folded": lambda text: "a.json: >-\n" + "".join(f"  {line}\n" for line in text.split("\n")),
}
BOARD = '{"expr": "sum(a{b=\\"ü\\u0041\\"})",\n "title": "it\'s"}'


def _scalar(text: str) -> Scalar:
    document = nodes.parse(text, "config.yaml")
    assert document.diagnostics == ()
    assert isinstance(document.root, Mapping)
    found = [one for one in scalars(document.root) if "{" in one.text]
    return found[0]


@pytest.mark.parametrize("style", STYLES)
def test_inside_yaml(style: str) -> None:
    """JSON inside of YAML has the places of the YAML file, escapes of both undone."""
    text = STYLES[style](BOARD)
    root, problems = json_nodes.parse_scalar(_scalar(text))
    assert problems == ()
    assert root is not None
    assert plain(root) == json.loads(BOARD)
    expr = next(one for one in scalars(root) if one.text.startswith("sum"))
    start = expr.text.index("b=")
    assert within(expr, start, start + 1).path == "config.yaml"
    assert at(text, within(expr, start, start + 1)) == "b"
    assert at(text, within(expr, start + 4, start + 5)) in ("A", "\\u0041", "\\\\u0041")


def test_large_block() -> None:
    """A dashboard of a megabyte in a literal block has exact places."""
    board = json.dumps({"pad": ["x" * 80] * 12_000, "expr": "sum(ovens)"}, indent=1)
    text = STYLES["literal"](board)
    root, _ = json_nodes.parse_scalar(_scalar(text))
    assert isinstance(root, Mapping)
    expr = root.get("expr")
    assert isinstance(expr, Scalar)
    assert at(text, within(expr, 4, 9)) == "ovens"


def test_fault_inside_yaml() -> None:
    """A fault of JSON inside of YAML is shown in the YAML file."""
    text = STYLES["literal"]('{"a": 1,\n  "b": tru}')
    _, (problem,) = json_nodes.parse_scalar(_scalar(text))
    assert at(text, problem.primary.span) == "tru"
    assert problem.primary.span.path == "config.yaml"


@given(files(), st.sampled_from(sorted(STYLES)))
def test_any_value_inside_yaml(file: tuple[str, Any], style: str) -> None:
    """Any JSON in any style of YAML is read as it is, with places inside the file or at the whole scalar."""
    text = STYLES[style](re.sub(r"[\t\r\n ]+", " ", file[0]))
    try:
        if yaml.safe_load(text) is None:
            return
    except yaml.YAMLError:
        return
    document = nodes.parse(text, "config.yaml")
    if document.root is None or not isinstance(document.root, Mapping):
        return
    for scalar in scalars(document.root):
        root, problems = json_nodes.parse_scalar(scalar)
        check(text, problems)
        for one in scalars(root) if root is not None else ():
            span = within(one, 0, len(one.text))
            assert (span.line, span.column) >= (scalar.span.line, 1)
            assert span.end_line <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("// a\n{}", "//"),
        ('{/* a */ "b": 1}', "/*"),
        ('{"b": 1 // a\n}', "//"),
        ("[1, # a\n 2]", "#"),
        ("{} // a", "//"),
    ],
)
def test_comments(text: str, fault: str) -> None:
    """A comment of another dialect is called one, where it begins."""
    root, problems = json_nodes.parse(text, "x.json")
    assert root is None
    (problem,) = problems
    assert (problem.code, problem.message) == ("json/syntax", "JSON has no comments")
    assert problem.primary.span.column == text.splitlines()[problem.primary.span.line - 1].index(fault) + 1
