"""YAML text as a tree."""

import json
from pathlib import Path

import pytest

from obsgen.source import nodes
from obsgen.source.nodes import Mapping, Plain, Scalar, Sequence
from tests.messages import compare_message
from tests.source.places import assert_inside, cut, nodes_below

_MESSAGES = sorted((Path(__file__).parent / "messages").glob("*.txt"))


def read(text: str) -> Plain:
    """Return the data of a file without problems."""
    document = nodes.parse(text, "specs/a.yaml")
    assert (document.root is not None, document.diagnostics) == (True, ())
    return nodes.plain(document.root)  # type: ignore[arg-type]


def codes(text: str) -> list[str]:
    """Return the codes of what is wrong with a file."""
    return [one.code for one in nodes.parse(text, "specs/a.yaml").diagnostics]


@pytest.mark.parametrize("path", _MESSAGES, ids=lambda path: path.stem)
def test_message(path: Path, update_golden: bool) -> None:
    """What obsgen says about a broken file is what stands below it."""
    compare_message(path, ("yaml", "spec", "catalog"), update=update_golden)


def test_words_stay_what_was_typed() -> None:
    """Only the words of YAML 1.2 are anything but text."""
    text = "[on, no, yes, off, 010, 0o17, 0x1F, 12:30, 1.10, 1e3, ~, null, Null, true, y]"
    assert read(text) == ["on", "no", "yes", "off", "010", 15, 31, "12:30", 1.1, 1000.0, None, None, None, True, "y"]


def test_quoted_words_are_text() -> None:
    """Quotes, blocks and `!!str` keep any word a text."""
    assert read("['1', \"true\", !!str 5, !!str , ! 6]") == ["1", "true", "5", "", "6"]
    assert read("a: |\n  1\nb: >-\n  null\n") == {"a": "1\n", "b": "null"}


def test_keys_are_the_words_that_were_typed() -> None:
    """A key is never a number, truth value or nothing."""
    assert read("on: 1\n1: 2\nnull: 3\n1.0: 4\n~: 5\ntrue: 6\n.inf: 7\n9e999: 8\n'': 9\n'<<': 10") == {
        "on": 1, "1": 2, "null": 3, "1.0": 4, "~": 5, "true": 6, ".inf": 7, "9e999": 8, "": 9, "<<": 10,
    }  # fmt: skip


def test_aliases_stand_for_what_was_marked() -> None:
    """An alias may stand for a value of any kind, also as a key."""
    assert read("a: &n x\nb: &m {c: [*n]}\nd: *m\n*n : 1") == {"a": "x", "b": {"c": ["x"]}, "d": {"c": ["x"]}, "x": 1}


def test_an_anchor_may_be_used_again() -> None:
    """An alias stands for the nearest mark above it, also inside an outer mark of the same name."""
    assert read("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2]
    assert read("&a {x: &a 1, y: *a}") == {"x": 1, "y": 1}
    assert read("[&a {x: &a 1}, *a]") == [{"x": 1}, 1]
    assert read("[&a {x: 1}, &a {y: 1}, *a]") == [{"x": 1}, {"y": 1}, {"y": 1}]


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n# comments", "---\n# nothing\n", " \n \n"])
def test_empty_files(text: str) -> None:
    """A file without content is told so, or holds nothing."""
    document = nodes.parse(text, "specs/a.yaml")
    if document.root is None:
        assert [one.code for one in document.diagnostics] == ["yaml/empty"]
    else:
        assert nodes.plain(document.root) is None


@pytest.mark.parametrize("text", ["a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 'd\r\n  e'\r\n"])
def test_windows_line_ends(text: str) -> None:
    """CRLF is a line end like another, and no part of a value."""
    assert read(text) == {"a": 1, "b": "x\ny\n", "c": "d e"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: {b: 1", "yaml/syntax"),
        ("a: 'x", "yaml/syntax"),
        ("\ta: 1", "yaml/syntax"),
        ('a: "\\ud800"', "yaml/syntax"),
        ('a: "\\U00110000"', "yaml/syntax"),
        ("\ud800", "yaml/character"),
        ("a: \x00", "yaml/character"),
        ("a: \ufeffb", "yaml/character"),
        ("a: b\rc: d", "yaml/character"),
        ("a: 'x\u2028y'", "yaml/character"),
        ("a: 'x\x85y'", "yaml/character"),
        ("\x7fELF\x02\x01\x01", "yaml/character"),
        ("a: .inf", "yaml/not-finite"),
        ("a: 1\n---\nb: 2", "yaml/several-documents"),
        ("? [a, b]\n: 1", "yaml/key-not-text"),
        ("{a: 1}: 2", "yaml/key-not-text"),
        ("a: !!python/object/apply:os.system [ls]", "yaml/tag"),
        ("a: !secret x", "yaml/tag"),
        ("a: !!timestamp 2001-01-01", "yaml/tag"),
        ("a: 1\na: 2", "yaml/duplicate-key"),
        ("a: 1\n'a': 2", "yaml/duplicate-key"),
        ("a: &x {b: 1}\nc: {<<: *x}", "yaml/merge-key"),
        ("a: *x", "yaml/unknown-alias"),
        ("*x : 1", "yaml/unknown-alias"),
        ("&a [*a]", "yaml/recursive-alias"),
        ("&a {b: {c: *a}}", "yaml/recursive-alias"),
    ],
)
def test_refused(text: str, code: str) -> None:
    """Each fault is found, and found once."""
    assert codes(text) == [code]


def test_reading_goes_on_behind_a_fault() -> None:
    """Faults of one file are found together, and what is whole can still be decoded."""
    document = nodes.parse("a: 1\na: {a: 1, a: 2}\n<<: 3\nb: *x\nc: [!t 1, *y]\nd: 5\n", "specs/a.yaml")
    assert [one.code for one in document.diagnostics] == [
        "yaml/duplicate-key", "yaml/duplicate-key", "yaml/merge-key", "yaml/unknown-alias", "yaml/tag", "yaml/unknown-alias",
    ]  # fmt: skip
    assert document.root is not None
    assert nodes.plain(document.root) == {"a": 1, "c": [1], "d": 5}


def test_places_of_nodes() -> None:
    """A node's place is its own text: no anchor, no tag, nothing of what follows."""
    text = "a: &x !!map\n  b: 'c d'\n  e: |\n    f\n    g\n\n# comment\nh: [1,\n  {i: 2}]\nj: *x\nk:\n"
    root = nodes.parse(text, "specs/a.yaml").root
    assert isinstance(root, Mapping)
    outer = root.get("a")
    assert isinstance(outer, Mapping)
    assert cut(outer.span, text) == "b: 'c d'\n  e: |\n    f\n    g"
    assert cut(outer.key_span("b"), text) == "b"
    shown = {name: cut(value.span, text) for name, (_, value) in [*root.entries.items(), *outer.entries.items()]}
    assert (shown["b"], shown["e"], shown["h"], shown["k"]) == ("'c d'", "|\n    f\n    g", "[1,\n  {i: 2}]", "")
    assert cut(root.span, text) == text.rstrip()
    assert root.key_span("nothing") == root.span
    assert root.get("nothing") is None


def test_the_last_line_needs_no_end() -> None:
    """Places at the very end of a file lie in its last line."""
    for text in ("a: 1", "a: {b: 1}", "a:\n  - |\n    x", "a: |+\n  x\n\n\n", "a:", "- "):
        root = nodes.parse(text, "specs/a.yaml").root
        assert root is not None
        for node in nodes_below(root):
            assert_inside(node.span, text)


@pytest.mark.parametrize("levels", [64, 65])
def test_depth(levels: int) -> None:
    """64 levels are read, 65 are not, whether they stand in the file or come from aliases."""
    nested = "[" * levels + "]" * levels
    half = levels // 2
    aliased = "- &a " + "[" * half + "]" * half + "\n- " + "[" * (levels - half - 1) + "*a" + "]" * (levels - half - 1)
    expected = [] if levels == 64 else ["yaml/too-deep"]
    assert (codes(nested), codes(aliased)) == (expected, expected)


def test_chained_aliases_are_not_deeper_than_written_text() -> None:
    """A chain of aliases, each one level deeper than the last, ends at the same depth."""
    chain = "a0: &a0 []\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 5000))
    assert codes(chain) == ["yaml/too-deep"]


def test_sizes_are_counted_with_aliases() -> None:
    """The same list, nine times nine times nine times ..., is refused before it is copied."""
    laughs = "a: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
        f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    assert codes(laughs) == ["yaml/too-large"]


def test_plain_converts_a_shared_node_once() -> None:
    """What several aliases stand for is one object in the data."""
    data = read("a: &x [1]\nb: *x\nc: *x")
    assert isinstance(data, dict)
    assert data["a"] is data["b"]


def test_json_is_yaml() -> None:
    """A JSON document reads as itself."""
    data = {"a": [1, 2.5, None, True, "x\ny", "\u00e9\U0001f600", {}], "b": {"c": []}}
    assert read(json.dumps(data, ensure_ascii=False)) == data
    assert read(json.dumps(data, indent=2, ensure_ascii=False)) == data


def test_short() -> None:
    """Long texts are cut for messages, line breaks and runs of blanks become one blank."""
    assert nodes.short("a\n b   c") == "a b c"
    assert nodes.short("x" * 100, 10) == "x" * 9 + "…"


def test_kinds_of_nodes() -> None:
    """A tree is made of scalars, sequences and mappings."""
    root = nodes.parse("- a\n- {b: c}", "specs/a.yaml").root
    assert isinstance(root, Sequence)
    assert [type(item) for item in root.items] == [Scalar, Mapping]
