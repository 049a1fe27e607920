"""Printing Alloy trees, and what trees can be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.targets.alloy.printer import print_file, quoted
from obsgen.targets.alloy.syntax import (
    Access,
    Array,
    Attribute,
    Binary,
    Block,
    Comment,
    Field,
    File,
    Number,
    Object,
    RawString,
    Reference,
    String,
    Unary,
    call,
    is_identifier,
    label_for,
    literal,
    walk,
)

PIPELINE = File(
    (
        Comment("Generated.\nDo not edit."),
        Block(
            name="prometheus.scrape",
            label="app",
            body=(
                Attribute(
                    "targets",
                    Array(
                        (Object((Field("__address__", String("127.0.0.1:9464")), Field("service name", String("x")))),)
                    ),
                ),
                Attribute("forward_to", Array((Reference("prometheus.relabel.catalog.receiver"),))),
                Attribute("job_name", String("hypertool")),
                Attribute("sample_limit", literal(5000)),
            ),
        ),
        Block(
            name="prometheus.relabel",
            label="catalog",
            body=(
                Attribute("forward_to", Array((Reference("prometheus.remote_write.cloud.receiver"),))),
                Block(
                    name="rule",
                    body=(
                        Attribute("action", String("keep")),
                        Attribute("source_labels", Array((String("__name__"),))),
                        Attribute("regex", RawString(r"up|scrape_.+|a\.b")),
                    ),
                ),
                Comment("The rest goes."),
                Block(name="rule"),
            ),
        ),
        Block(
            name="prometheus.remote_write",
            label="cloud",
            body=(
                Block(
                    name="endpoint",
                    body=(
                        Attribute("url", call("sys.env", String("PROM_URL"))),
                        Attribute("headers", Object((Field("x-a", String("1")), Field("longer", Number("2"))))),
                        Attribute("remote_timeout", String("30s")),
                        Block(name="basic_auth"),
                        Attribute("last", literal(-1.5)),
                    ),
                ),
            ),
        ),
    )
)

PIPELINE_TEXT = """\
// Generated.
// Do not edit.

prometheus.scrape "app" {
\ttargets = [
\t\t{__address__ = "127.0.0.1:9464", "service name" = "x"},
\t]
\tforward_to   = [prometheus.relabel.catalog.receiver]
\tjob_name     = "hypertool"
\tsample_limit = 5000
}

prometheus.relabel "catalog" {
\tforward_to = [prometheus.remote_write.cloud.receiver]

\trule {
\t\taction        = "keep"
\t\tsource_labels = ["__name__"]
\t\tregex         = `up|scrape_.+|a\\.b`
\t}

\t// The rest goes.
\trule { }
}

prometheus.remote_write "cloud" {
\tendpoint {
\t\turl     = sys.env("PROM_URL")
\t\theaders = {
\t\t\t"x-a"  = "1",
\t\t\tlonger = 2,
\t\t}
\t\tremote_timeout = "30s"

\t\tbasic_auth { }

\t\tlast = -1.5
\t}
}
"""

UNALIGNED_TEXT = """\
a = f({
\ta = {
\t\ta = 1,
\t},
}, {a = 1})
bbbbbb = 2
"""


def test_a_pipeline_has_the_canonical_layout():
    """Tabs, blank lines around blocks, and `=` aligned among neighbouring one-line attributes."""
    assert print_file(PIPELINE) == PIPELINE_TEXT


def test_an_empty_file_is_one_newline():
    """Even a file without statements ends in a newline."""
    assert print_file(File()) == "\n"


def test_long_arrays_take_one_line_for_each_element():
    """Several elements that do not fit on a line are put below one another."""
    names = tuple(Reference(f"component_{i}.some_label.receiver") for i in range(4))
    assert print_file(File((Attribute("a", Array(names)),))) == (
        "a = [\n" + "".join(f"\t{name.path},\n" for name in names) + "]\n"
    )


def test_a_value_of_several_lines_ends_the_alignment():
    """The last line of a tall value is not aligned with what follows, though it may hold a `=` of its own."""
    inner = Object((Field("a", Number("1")),))
    tree = File((Attribute("a", call("f", Object((Field("a", inner),)), inner)), Attribute("bbbbbb", Number("2"))))
    assert print_file(tree) == UNALIGNED_TEXT


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('say "hi"', r'"say \"hi\""'),
        ("a\\b", r'"a\\b"'),
        ("\a\b\f\n\r\t\v", r'"\a\b\f\n\r\t\v"'),
        ("\0\x1b\x7f", r'"\x00\x1b\x7f"'),
        ("\x85\u2028\u202e\ufeff", r'"\u0085\u2028\u202e\ufeff"'),
        ("\U000e0041", r'"\U000e0041"'),
        ("größe `x` \U0001f600", '"größe `x` \U0001f600"'),
    ],
)
def test_strings_are_escaped_like_go(value, text):
    """Short escapes where Go has them, hexadecimal ones for what a reader cannot see, everything else as it is."""
    assert quoted(value) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_quoted_string_stays_on_one_visible_line(value):
    """Nothing in a value can end its string or its line."""
    text = quoted(value)
    assert re.fullmatch(r'"([^"\\\x00-\x1f\x7f-\x9f\u2028\u2029]|\\.[0-9a-f]*)*"', text)


@pytest.mark.parametrize(
    "build",
    [
        lambda: String("\ud800"),
        lambda: RawString("`"),
        lambda: RawString("a\tb"),
        lambda: RawString("a \nb"),
        lambda: RawString("\0"),
        lambda: Number("-1"),
        lambda: Number("0x10"),
        lambda: Number("٣"),
        lambda: Reference(""),
        lambda: Reference("a..b"),
        lambda: Reference("a.true"),
        lambda: Reference("a-b"),
        lambda: Access(base=Reference("a"), name="b"),
        lambda: Access(base=Unary(operator="-", operand=Number("1")), name="b"),
        lambda: Unary(operator="+", operand=Number("1")),
        lambda: Unary(operator="-", operand=Binary(left=Number("1"), operator="+", right=Number("1"))),
        lambda: Binary(left=Number("1"), operator="=", right=Number("1")),
        lambda: Binary(left=Number("1"), operator="-", right=Binary(left=Number("1"), operator="-", right=Number("1"))),
        lambda: Binary(left=Binary(left=Number("1"), operator="^", right=Number("1")), operator="^", right=Number("1")),
        lambda: Field("", Number("1")),
        lambda: Field('a"', Number("1")),
        lambda: Field("a\\", Number("1")),
        lambda: Field("a\n", Number("1")),
        lambda: Comment("a\rb"),
        lambda: Comment("\ufeff"),
        lambda: Attribute("a.b", Number("1")),
        lambda: Attribute("null", Number("1")),
        lambda: Block(name="a b"),
        lambda: Block(name="a", label=""),
        lambda: Block(name="a", label="a-b"),
        lambda: Block(name="a", label="1a"),
        lambda: literal(float("nan")),
        lambda: literal(float("-inf")),
        lambda: label_for(""),
    ],
)
def test_trees_without_a_text_cannot_be_built(build):
    """Whatever could not be printed and parsed back is refused by its constructor."""
    with pytest.raises(ValueError, match=r"."):
        build()


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("app", "app"),
        ("my-app.v2", "my_app_v2"),
        ("2fast", "_2fast"),
        ("größe", "gr__e"),
        ("null", "null_"),
        ('"} evil {"', "___evil___"),
    ],
)
def test_labels_for_catalog_names(name, label):
    """Characters that a label cannot have become `_`."""
    assert label_for(name) == label


@given(st.text(min_size=1))
def test_every_name_gets_a_legal_ascii_label(name):
    """A label is an ASCII identifier, and mapping it again changes nothing."""
    label = label_for(name)
    assert label.isascii()
    assert is_identifier(label)
    assert label_for(label) == label


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_their_value(value):
    """A Python number and its literal are the same number, sign included."""
    text = print_file(File((Attribute("a", literal(value)),)))
    assert float(text.removeprefix("a = ")) == float(value)


def test_walking_visits_every_node_in_the_order_of_the_text():
    """All references of a file can be collected in one pass."""
    found = [node.path for node in walk(PIPELINE) if isinstance(node, Reference)]
    assert found == ["prometheus.relabel.catalog.receiver", "prometheus.remote_write.cloud.receiver", "sys.env"]
