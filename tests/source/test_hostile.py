"""Nothing that may stand in a file breaks the reader, slows it down or is pointed at in the wrong place."""

import string
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from obsgen.load import load_texts
from obsgen.source import files, nodes
from tests.source.places import assert_inside, nodes_below, spans_of

_PIECES = st.sampled_from(
    [
        "a: 1\n", "- b\n", "  ", "\n", "\t", "[", "]", "{", "}", ": ", ", ", "? ", "- ", "&x ", "*x ", "!!str ", "!<", "'", '"',
        "|\n", ">-\n", "|2+\n", "#c\n", "---\n", "...\n", "%YAML 1.2\n", "%TAG ! x\n", "<<: *x\n", "\\x4", "\\u12", "\r\n", "\r", "\x85",
        "\u2028", "\ufeff", "\x00", "\ud800", "é", "\U0001f600", "010", "1e999", ".nan", "obsgen: 1\n", "service: a\n", "metrics:\n",
    ]
)  # fmt: skip
TEXTS = st.text(max_size=60) | st.text(string.printable, max_size=60) | st.lists(_PIECES, max_size=25).map("".join)


def seconds(action: Callable[[], object]) -> float:
    """Return how long *action* takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def assert_places_inside(text: str) -> None:
    """Every place of every node and problem of *text* lies inside it."""
    document = nodes.parse(text, "specs/a.yaml")
    for one in document.diagnostics:
        for span in spans_of(one):
            assert_inside(span, text)
    if document.root is not None:
        for node in nodes_below(document.root):
            assert_inside(node.span, text)
    assert document.root is not None or document.diagnostics


@given(TEXTS)
@example("a: |")
@example("a: &x\n")
@example("\n\n\n ")
@example("a: 1\n\tb: 2")
@settings(deadline=None, max_examples=400)
def test_any_text(text: str) -> None:
    """No text raises, and every place lies inside it."""
    assert_places_inside(text)


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_any_text_without_libyaml(text: str) -> None:
    """The same holds with the parser in pure Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(yaml, "CSafeLoader")
        assert_places_inside(text)


@given(TEXTS | TEXTS.map("obsgen: 1\nservice: a\n".__add__))
@settings(deadline=None, max_examples=200)
def test_any_text_as_a_catalog(text: str) -> None:
    """Decoding, linking and checking any text ends in findings, inside the text."""
    for one in load_texts({"specs/a.yaml": text}).diagnostics:
        for span in spans_of(one):
            assert_inside(span, text)


@given(st.binary(max_size=60) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    """No file raises, however binary, and what cannot be read is a finding inside it."""
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    found = files.read(tmp_path, base=tmp_path)
    assert len(found.texts) + len(found.diagnostics) == 1
    for text in found.texts.values():
        assert_places_inside(text)


def tree(text: str) -> object:
    """Return all that can be known of the tree of *text*, or only that it cannot be parsed."""
    document = nodes.parse(text, "specs/a.yaml")
    if any(one.code == "yaml/syntax" for one in document.diagnostics):
        return "syntax"
    root = document.root
    shown = [] if root is None else [(type(node), node.span, getattr(node, "text", None)) for node in nodes_below(root)]
    return (shown, document.diagnostics, root and nodes.plain(root))


_WORDS = st.sampled_from(
    ["a", "é: ü", "x y", "1", "true", "'q'", '"d\\n"', "{b: 1, c: [d]}", "[]", "&n v", "*n", "!!str 5"]
)
_BLOCKS = st.sampled_from(
    ["|\n    x\n    y\n", ">-\n    x\n\n    y\n\n", "\n    - 1\n    - {z: 2}\n", "\n    a b\n    c\n", "'e\n    f'\n"]
)
_ENTRIES = st.lists(st.tuples(st.sampled_from("klmno"), _WORDS | _BLOCKS), max_size=5)


@given(_ENTRIES.map(lambda entries: "".join(f"{key}: {value}\n" for key, value in entries)), st.booleans())
@example("a: 1\nb: [c, {d: 'e'}]\nf: |\n  g\n", False)
@settings(deadline=None)
def test_both_parsers_agree(text: str, ends: bool) -> None:
    """libyaml and the parser in pure Python give the same tree, places and problems."""
    text = text if ends else text.rstrip("\n")
    with_libyaml = tree(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(yaml, "CSafeLoader")
        assert tree(text) == with_libyaml


def test_both_parsers_agree_on_the_shipped_catalog() -> None:
    """Every file of the shipped catalog is the same to both parsers."""
    for path in sorted(Path(__file__).parents[2].glob("specs/**/*.yaml")):
        test_both_parsers_agree.hypothesis.inner_test(path.read_text(encoding="utf-8"), True)


def test_half_a_character_without_libyaml() -> None:
    """The parser in pure Python lets half a character pass, as an escape; it is refused all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(yaml, "CSafeLoader")
        assert [one.code for one in nodes.parse('a: "\\ud800"', "a.yaml").diagnostics] == ["yaml/syntax"]


def test_what_is_thrown_away_has_no_size() -> None:
    """Values behind a second key of one name, and aliases that are merged, make nothing larger or deeper."""
    many = f"b: &b [{', '.join(['x'] * 50_000)}]\nc: 1\n" + "c: *b\n" * 11
    assert {one.code for one in nodes.parse(many, "a.yaml").diagnostics} == {"yaml/duplicate-key"}
    chain = "x0: &a0 {k: v}\n" + "".join(f"x{n}: &a{n}\n  <<: *a{n - 1}\n" for n in range(1, 100))
    assert nodes.parse_all(chain, "a.yml").diagnostics == ()
    twice = "x0: &a0 {k: v}\n" + "".join(f"x{n}: &a{n}\n  <<: [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))
    assert nodes.parse_all(twice, "a.yml").diagnostics == ()


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("[" * 100_000, 1),
        ("{a: " * 100_000, 1),
        ("- " * 100_000, 1),
        ("? " * 100_000, 1),
        ("\n".join(" " * depth + "a:" for depth in range(300)), 1),
        ("a: " + "x" * 10_000_000, 3),
        ("a: '" + "x y " * 2_500_000 + "'", 3),
        ("a: |\n" + "  x\n" * 1_000_000, 3),
        ("a: " + "9" * 1_000_000, 1),
        ("a: 0x" + "f" * 1_000_000, 1),
        ("a: &a [1]\nb: [" + "*a, " * 100_000 + "]", 5),
        ("&a " * 10_000 + "x", 1),
        ("".join(f"k{n}: {n}\n" for n in range(50_000)), 5),
        ("# c\n" * 500_000, 2),
    ],
    ids=lambda value: str(value)[:12],
)
def test_large_files_take_bounded_time(text: str, limit: float) -> None:
    """Depth, width, length and repetition cost what their size costs, not its square."""
    assert seconds(lambda: nodes.parse(text, "specs/a.yaml")) < limit


def test_billion_laughs_take_no_time() -> None:
    """Aliases of aliases are refused before they are expanded, in the tree and in the catalog."""
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    found: list[str] = []
    assert seconds(lambda: found.extend(one.code for one in load_texts({"specs/a.yaml": laughs}).diagnostics)) < 1
    assert found == ["yaml/too-large"]


def test_a_large_scalar_in_a_catalog() -> None:
    """Ten megabytes where a name is expected are one finding that shows the beginning."""
    text = "obsgen: 1\nservice: " + "x" * 10_000_000 + "\n"
    findings = []
    assert seconds(lambda: findings.extend(load_texts({"specs/a.yaml": text}).diagnostics)) < 5
    assert [one.code for one in findings] == ["spec/bad-value"]
    assert len(findings[0].message) < 300
