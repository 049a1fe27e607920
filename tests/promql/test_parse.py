"""PromQL to a tree whose words know their places."""

import itertools
import time
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from obsgen.promql.meaning import World, read
from obsgen.promql.parse import PromqlError, parse
from obsgen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Number,
    Selector,
    Tree,
    Window,
    Word,
    children,
    selectors,
)
from obsgen.spec.model import Catalog
from tests import tools

EXPRESSIONS = [
    "a",
    "a:b:rate5m",
    "a::b",
    '{__name__="a", b="c"}',
    "{b=~'c|d'}",
    "rate(a{b='c', d!~`e`}[5m])",
    "sum(a)",
    "sum by (x, y) (a)",
    "sum without (x) (a)",
    "sum(a) by (x)",
    "SUM(sum by (x) (a)) BY (y)",
    "topk(5, sum by (x) (rate(a[5m])))",
    "quantile(0.9, a) by (x)",
    'count_values("x", a)',
    "a / b",
    "a / on (x) b",
    "a / ON (x, y) GROUP_LEFT (z) b",
    "a * ignoring (x) group_right () b",
    "a * on (x) group_left b",
    "a > bool 5",
    "a > 1e3 and b < 0x1F or c unless d",
    "-a + -5",
    "+Inf > a",
    "a == NaN",
    "2 ^ 3 ^ 4",
    "(a + b) * c",
    "max_over_time(rate(a[5m])[1h:30s])",
    "a offset 5m > 3",
    "a OFFSET -5m > 3",
    "a @ start() > 3",
    "a @ 1609746000 > 3",
    "rate(a[5m] offset 1h) > 3",
    "a # the first { thing\n+ b",
    "histogram_quantile(0.95, sum by (le, x) (rate(a_bucket[5m]))) > 3",
    'label_replace(a, "x", "$1", "y", "(.*)")',
    "absent(up{job='a'}) == 1",
    "time() - max by (x) (a)",
    "a{by='x', on='y', offset='z'}",
    "sum(by)",
    "offset",
    "a atan2 b",
    "group(a) > 0",
    '{"utf8.name"}',
    'a{b="\\"c\\\\d"}',
]


def nodes(tree: Tree) -> Iterator[Tree]:
    yield tree
    for child in children(tree):
        yield from nodes(child)


def words(tree: Tree) -> Iterator[Word]:
    for node in nodes(tree):
        match node:
            case Selector(name, matchers):
                yield from ([name] if name.text else [])
                yield from (matcher.label for matcher in matchers)
            case Call(function):
                yield function
            case Aggregation(op, _, _, _, grouping):
                yield op
                yield from grouping or ()
            case Binary():
                yield from (*(node.on or ()), *(node.ignoring or ()), *node.include)


def check_places(text: str) -> None:
    """Fail unless every word of the tree stands where it says."""
    tree = parse(text).tree
    for word in words(tree):
        assert text[word.start : word.end] == word.text
    for node in nodes(tree):
        if isinstance(node, Number):
            written = text[node.at.start : node.at.end]
            assert (int(written, 16) if "x" in written else abs(float(written))) == abs(
                node.value
            ) or node.value != node.value
        if isinstance(node, Selector):
            for matcher in node.matchers:
                assert len(matcher.places) == len(matcher.value.text) + 1
                assert text[matcher.value.start - 1] in "\"'`"
                assert text[matcher.value.end] == text[matcher.value.start - 1]


@pytest.mark.parametrize("text", [text for text in EXPRESSIONS if text not in ("sum(by)", "offset")])
def test_places(text: str) -> None:
    """Names, labels, groupings and numbers of every construct stand where the tree says."""
    check_places(text)


VECTORS = [text for text in EXPRESSIONS if text not in ("sum(by)", "offset", "2 ^ 3 ^ 4")]


def test_places_of_two() -> None:
    """No construct takes a word of its neighbour."""
    for left, right in itertools.product(VECTORS, repeat=2):
        check_places(f"sum by (m) (({left}\n) + on (n) ({right}\n))")


def test_corpus() -> None:
    """Every expression of a large public rule pack is read, and each of its words stands where the tree says."""
    count = 0
    for file in sorted(tools.corpus("awesome-prometheus-alerts").rglob("*.yml")):
        for group in yaml.load(file.read_text(), yaml.CSafeLoader)["groups"]:
            for rule in group["rules"] or ():
                check_places(rule["expr"])
                count += 1
    assert count == 954


def test_tree() -> None:
    """The parts of an expression come in the order of the text, with what modifies them."""
    tree = parse('sum by (x) (rate(a{b="c"}[5m] offset 1h)) / on (x) group_left (y) d > bool 0.5').tree
    assert isinstance(tree, Binary)
    assert (tree.op, tree.returns_bool, tree.right) == (">", True, Number(0.5, Word("0.5", 75, 78)))
    ratio = tree.left
    assert isinstance(ratio, Binary)
    assert [word.text for word in ratio.on or ()] == ["x"]
    assert (ratio.ignoring, ratio.side, [word.text for word in ratio.include]) == (None, "left", ["y"])
    total = ratio.left
    assert isinstance(total, Aggregation)
    assert (total.op.text, total.without, [word.text for word in total.grouping or ()]) == ("sum", False, ["x"])
    rate = total.expr
    assert isinstance(rate, Call)
    window = rate.arguments[0]
    assert isinstance(window, Window)
    assert (window.seconds, window.step_seconds, window.subquery) == (300, None, False)
    assert [selector.name.text for selector in selectors(tree)] == ["a", "d"]


def test_subquery_and_offset() -> None:
    """Windows and offsets are in seconds; a subquery without a step has none."""
    tree = parse("max_over_time(a[1h:30s])").tree
    assert isinstance(tree, Call)
    assert tree.arguments == (Window(Selector(Word("a", 14, 15), ()), 3600.0, 30.0, True),)
    assert parse("a offset 5m").tree == Selector(Word("a", 0, 1), (), 300.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rate(a[$__range])", "rate(a[$__interval])"),
        ("a offset $b", "a offset $c"),
        ("a offset -$b", "a offset -$c"),
        ("a > $b", "a > $c"),
        ("topk($b, a)", "topk($c, a)"),
        ("topk(${b}, a)", "topk(${c}, a)"),
        ("clamp_max(a, $b)", "clamp_max(a, 1)"),
        ("a", "a @ start()"),
        ("a @ start()", "a @ end()"),
        ("rate(a[5m] @ 60)", "rate(a[5m] @ 61)"),
        ("max_over_time(a[5m:])", "max_over_time(a[5m:] offset 1d)"),
        ("max_over_time(a[5m:] @ end())", "max_over_time(a[5m:])"),
        ("max_over_time(rate(a[5m] offset $b)[1h:$s])", "max_over_time(rate(a[5m] offset $b)[1h:$t])"),
    ],
)
def test_time_and_variables_tell_trees_apart(one: str, other: str) -> None:
    """What another variable, another moment or another offset of a subquery changes is not the same, at the same places."""
    parts = read(parse(f"{one} unless {other}").tree, World.of(Catalog(services=(), severities={}))).parts
    trees = [node for text in (one, one, other) if isinstance(node := parse(f"({text}) or d").tree, Binary)]
    first, same, differs = (tree.left for tree in trees)
    assert parts.same(first, same)
    assert not parts.same(first, differs)


def test_moment_and_variable() -> None:
    """The text of modifiers goes to the part they stand behind."""
    tree = parse("max_over_time(rate(a[$w] offset $b)[1h:${s}] @ end() offset 1d)").tree
    assert isinstance(tree, Call)
    (outer,) = tree.arguments
    assert isinstance(outer, Window)
    assert (outer.variable, outer.moment, outer.offset_seconds) == ("1h:${s}", "@ end()", 86_400.0)
    assert isinstance(outer.expr, Call)
    (inner,) = outer.expr.arguments
    assert isinstance(inner, Window)
    assert (inner.variable, inner.moment, inner.offset_seconds) == ("$w", "", 0.0)
    assert isinstance(inner.expr, Selector)
    assert inner.expr.moment == "$b"


def test_part_of_an_escaped_value() -> None:
    """A part of a matcher's value has its place although escapes stand before it."""
    text = r'a{b=~"c\\.d|ef"}'
    (selector,) = selectors(parse(text).tree)
    (matcher,) = selector.matchers
    assert matcher.value.text == r"c\.d|ef"
    part = matcher.part(5, 7)
    assert (part.text, text[part.start : part.end]) == ("ef", "ef")
    part = matcher.part(0, 4)
    assert (part.text, text[part.start : part.end]) == (r"c\.d", r"c\\.d")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rate(a[$__rate_interval])", ["a"]),
        ("increase(a[$__range]) > 5", ["a"]),
        ("rate(a[${__range_s}s])", ["a"]),
        ("max_over_time(a[1h:$step])", ["a"]),
        ("a offset $shift", ["a"]),
        ("a offset -$shift > 3", ["a"]),
        ("sum by ($group) (a)", ["a"]),
        ("topk($n, $metric)", ["_metric"]),
        ("topk($n, sum by (${by:csv}) (rate(a[$__interval])))", ["a"]),
        ("a * $factor > $limit", ["a", "_factor", "_limit"]),
        ("${prefix}_total", ["__prefix__total"]),
        ("a{b=~'$c'}", ["a"]),
        ("rate(a[[[window]]])", ["a"]),
    ],
)
def test_grafana_variables(text: str, words: list[str]) -> None:
    """Variables may stand for windows, offsets, labels, names and numbers; offsets stay what they are."""
    tree = parse(text).tree
    assert [selector.name.text for selector in selectors(tree)] == words
    for selector in selectors(tree):
        if "_" not in selector.name.text:
            assert text[selector.name.start : selector.name.end] == selector.name.text


def test_variables_are_told() -> None:
    """Where a variable stands outside of a string is part of the result."""
    assert parse("a{b='$c'} + $d").variables == ((12, 14),)


@pytest.mark.parametrize(
    ("text", "message", "fault"),
    [
        ("", "the expression is empty", ""),
        (" # nothing", "the expression is empty", " # nothing"),
        ("sum(a", "`(` is never closed", "("),
        ("sum(a]", "`]` closes nothing", "]"),
        ("a)", "`)` closes nothing", ")"),
        ("a{b='c'", "`{` is never closed", "{"),
        ("a +", "nothing stands behind `+`", "+"),
        ("a unless", "nothing stands behind `unless`", "unless"),
        ("1 + rte(a[5m])", "there is no function `rte`; did you mean `rate`?", "rte"),
        ("sum(rate(a))", "`rate` needs a window, such as `[5m]` behind the selector", "rate"),
        ("a{b=c}", 'a value stands in quotes, such as `b="c"`', "c"),
        ("a{b=~'c('}", "`c(` is no regular expression", "c("),
        ("a b", "between `a` and `b` an operator is missing; a name with a blank is written `a_b`", "a b"),
        ("a => 5", "`=>` is written `>=`", "=>"),
        ("sum by kind (a)", "the labels of `by` stand in parentheses, such as `by (kind)`", "by kind"),
        ("a * on kind b", "the labels of `on` stand in parentheses, such as `on (kind)`", "on kind"),
        ("a < 5GB", "`5GB` is no number and no time; write `5e9`", "5GB"),
        ("a && b", "`&&` is written `and`", "&&"),
        ("a.b", "`.` has no meaning here; write `_`, which is what becomes of a dot in Prometheus", "."),
        ("max_over_time(sum(a)[1h])", "behind `)` a range needs a colon, such as `[1h:]`", "["),
        ("floor(time())", "`floor` is given a number; put `vector(..)` around it", "floor"),
        ("a § b", "`§` has no meaning here", "§"),
        ("a{b='c}", "`'` is never closed", "'"),
        ("1 > 2", "two numbers are compared, which needs `bool`", "1 > 2"),
        ("a @ Inf", "`Inf` is no time that a computer can hold", "Inf"),
        ("a offset -1e99", "`1e99` is no time that a computer can hold", "1e99"),
        ("sum(by)", "a word of the language is used as a name, which cannot be told apart", "sum(by)"),
    ],
)
def test_faults(text: str, message: str, fault: str) -> None:
    """A text that does not parse says why, at the word at fault where that is known."""
    with pytest.raises(PromqlError) as caught:
        parse(text)
    assert str(caught.value) == message
    assert text[caught.value.start : caught.value.end] == fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 200 + "a" + ")" * 200, "nested more than 100 levels deep"),
        ("sum(" * 5_000, "the expression is too long to be read by anybody"),
        (" + ".join(["a"] * 300), "more than 200 operators"),
        ("-" * 300 + "a", "more than 200 operators"),
        ("a" * 30_000, "the expression is too long to be read by anybody"),
        ("a" + "[5m:]" * 900, "subquery is only allowed on vector, got matrix instead"),
        ("$a" * 9_000, "the expression is too long to be read by anybody"),
        ("@" * 3_000, "look for a missing operator, comma or quote"),
    ],
)
def test_bounds(text: str, message: str) -> None:
    """What nobody would write is refused quickly instead of exhausting the stack."""
    started = time.monotonic()
    with pytest.raises(PromqlError, match=message):
        parse(text)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "text", [" + ".join(["a"] * 200), "(" * 99 + "a" + ")" * 99, "-" * 100 + "sum(" * 99 + "a" + ")" * 99]
)
def test_largest(text: str) -> None:
    """The largest expressions that are accepted can be walked, too."""
    tree = parse(text).tree
    assert selectors(tree)
    assert read(tree, World.of(Catalog((), {}))).tree is tree


PIECES = st.lists(
    st.sampled_from(
        [
            "sum", "by", "without", "(", ")", "{", "}", "[5m]", "[1h:5m]", "a", "b", "rate", "0.9", ",", "+", "-", "/", ">", "==", "bool",
            "on", "ignoring", "group_left", "offset", "@", "start", "and", "or", '"x"', "'y'", "=~", "=", "$x", "${y}", "5m", "1e3", "Inf",
            "NaN", "time", "topk", ":", "#", "\n", "`", "\\", "é", "99999999999999999999y", "1e999", "[0s]", "[99999999999y]", "!", "[[z]]",
        ]
    ),
    max_size=20,
)  # fmt: skip


def fault(text: str) -> PromqlError | None:
    """Return why *text* does not parse, or None where it does."""
    try:
        parse(text)
    except PromqlError as problem:
        return problem
    return None


@given(st.text() | PIECES.map(" ".join) | PIECES.map("".join))
def test_arbitrary_text(text: str) -> None:
    """Whatever the text, there is a tree or a `PromqlError` with words and a place inside the text."""
    problem = fault(text)
    if problem is not None:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert str(problem)
