"""Parsing Alloy configuration."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from obsgen.targets.alloy.parser import AlloySyntaxError, parse, parse_expression
from obsgen.targets.alloy.printer import print_file
from obsgen.targets.alloy.syntax import (
    Access,
    Array,
    Attribute,
    Binary,
    Block,
    Bool,
    Call,
    Comment,
    Expression,
    Field,
    File,
    Index,
    Null,
    Number,
    Object,
    Paren,
    RawString,
    Reference,
    String,
    Unary,
    call,
)
from tests.targets.alloy.samples import ACCEPTED, REFUSED, TIGHTER
from tests.targets.alloy.trees import files, texts, word_salad


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted_samples_parse_and_survive_printing(text):
    """What Alloy accepts is accepted, and printing it keeps its meaning."""
    tree = parse(text)
    assert parse(print_file(tree)) == tree


@pytest.mark.parametrize("text", REFUSED + TIGHTER)
def test_refused_samples_are_refused_inside_the_text(text):
    """What Alloy refuses is refused, at a place that exists."""
    with pytest.raises(AlloySyntaxError) as caught:
        parse(text)
    lines = text.split("\n")
    assert 1 <= caught.value.line <= len(lines)
    assert 1 <= caught.value.column <= len(lines[caught.value.line - 1]) + 1


@given(files)
def test_printed_trees_parse_to_equal_trees(tree):
    """Parsing what the printer wrote gives the tree that was printed, whatever its strings hold."""
    assert parse(print_file(tree)) == tree


@given(texts | st.text() | word_salad | word_salad.map(lambda text: text.replace(" ", "")))
@example("\ud800")
@example("[" * 5000)
@example("a = " + "[" * 5000)
@example("a = " + "(" * 5000)
@example("a = " + "{a=" * 5000)
@example("a = " + "!" * 5000)
@example("a = " + "1^" * 5000)
@example("a = 1" + "+1" * 5000)
@example("a = f" + "[1]" * 5000)
@example("a{" * 5000)
@example("a = 1 " + "/**/" * 5000)
def test_arbitrary_text_raises_nothing_else(text):
    """Any text at all gives a tree or a syntax error."""
    try:
        tree = parse(text)
    except AlloySyntaxError:
        return
    assert parse(print_file(tree)) == tree


def test_the_deepest_accepted_trees_can_be_printed_and_compared():
    """Whatever the parser lets through is shallow enough for the recursive code behind it."""
    deepest = "b {\n" * 48 + "a = 1" + " + f(1)" * 140 + "\n}" * 48
    tree = parse(deepest)
    assert parse(print_file(tree)) == tree
    assert repr(tree)
    assert hash(tree) == hash(parse(deepest))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('scrape "a-b" {\n}', "1:8: the label 'a-b' has more than letters, digits and `_`"),
        ("b {\n\ta = [1 2]\n}", "2:9: expected `,` or `]`, found number 2"),
        ("a = [\n\t1\n]", "2:3: expected `,` or `]`, found end of line: put a comma or `]` on the same line"),
        (r'a = "x\.y"', r"1:7: '\\.' is no escape sequence"),
        (r'a = "\ud800"', r"1:6: \ud800 is no character"),
        ('a = "x', "1:5: the string is not closed on its line"),
        ("a = `x\n", "1:5: the raw string is not closed"),
        ("b {\n\ta = 1\n", "3:1: expected }, found end of file"),
        ("a = 1 b = 2", "1:7: expected end of line, found name b"),
        ("a = b { }", "1:7: a block cannot be a value"),
        ("é = ²", "1:5: unexpected character '²'"),
        ("a.b = 1", "1:1: the name of an attribute has no dots"),
        ('a = {"b\\t" = 1}', "1:6: a key must be printable and cannot be empty or have quotes or escapes"),
        ("a = 1\n\0", "2:1: the character U+0000 is not allowed"),
        ("a\n", "1:2: expected `=`, `{` or a label, found end of line"),
        ("a =", "1:4: expected a value, found end of file"),
    ],
)
def test_errors_say_what_is_wrong_and_where(text, message):
    """A message names the line, the column in characters, and what was expected."""
    with pytest.raises(AlloySyntaxError) as caught:
        parse(text)
    assert str(caught.value) == message


_one, _two, _three = Number("1"), Number("2"), Number("3")
_a, _b, _c = Reference("a"), Reference("b"), Reference("c")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"x"', String("x")),
        (r'"\101\x42\u0043\U00000044\n"', String("ABCD\n")),
        (r'"\xc3\xa9 \xff\xfe"', String("é \ufffd\ufffd")),
        ('"größe"', String("größe")),
        (r"`\d+`", RawString(r"\d+")),
        ("`a\r\nb`", RawString("a\nb")),
        ("`a\tb`", String("a\tb")),
        ("1.5e3", Number("1.5e3")),
        ("true", Bool(True)),
        ("null", Null()),
        ("a.b . c", Reference("a.b.c")),
        ("(a).b", Access(base=Paren(_a), name="b")),
        ("a[1].b", Access(base=Index(base=_a, index=_one), name="b")),
        ('sys.env("X")', call("sys.env", String("X"))),
        ("a()()", Call(function=Call(function=_a))),
        ("[a, [b],\n]", Array((_a, Array((_b,))))),
        ('{a = 1, "b c" = 2}', Object((Field("a", _one), Field("b c", _two)))),
        ("1 - 2 - 3", Binary(left=Binary(left=_one, operator="-", right=_two), operator="-", right=_three)),
        ("1 + 2 * 3", Binary(left=_one, operator="+", right=Binary(left=_two, operator="*", right=_three))),
        ("1 ^ 2 ^ 3", Binary(left=_one, operator="^", right=Binary(left=_two, operator="^", right=_three))),
        ("-1 ^ 2", Binary(left=Unary(operator="-", operand=_one), operator="^", right=_two)),
        (
            "!a && b || c",
            Binary(left=Binary(left=Unary(operator="!", operand=_a), operator="&&", right=_b), operator="||", right=_c),
        ),
    ],
)
def test_expressions_mean_what_they_say(text: str, value: Expression):
    """Escapes, paths, calls and precedence come out as the language defines them."""
    assert parse_expression(text) == value


def test_a_single_expression_ends_with_the_text():
    """Nothing may follow an expression."""
    with pytest.raises(AlloySyntaxError, match="expected end of line, found name b"):
        parse_expression("a b")


def test_comments_on_their_own_lines_are_kept_in_place():
    """Comments between statements stay, in groups; those inside or behind a statement go."""
    text = """\
// Banner,
// two lines.

/* A block
 * comment. */
a = [ // behind
\t// inside
\t1,
] // behind
// before b
b "x" { // behind
\t// inside b

\t//   indented
\tc = 1 /* behind
\tand below */
}
// end"""
    assert parse(text) == File(
        (
            Comment("Banner,\ntwo lines."),
            Comment("A block\ncomment."),
            Attribute("a", Array((_one,))),
            Comment("before b"),
            Block(name="b", label="x", body=(Comment("inside b"), Comment("  indented"), Attribute("c", _one))),
            Comment("end"),
        )
    )
