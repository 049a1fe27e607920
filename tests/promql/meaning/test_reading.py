"""Reading never fails, keeps up with the parser, and knows each node."""

import contextlib
import random
import statistics
import time

import pytest
import yaml

from obsgen.promql.meaning import read
from obsgen.promql.parse import PromqlError, parse
from obsgen.promql.tree import Binary, Tree, children
from tests import tools
from tests.promql.meaning import worlds
from tests.promql.meaning.expressions import Grammar
from tests.promql.meaning.words import WORLD


def expressions(seed: int, *, count: int, depth: int) -> list[str]:
    """Return *count* expressions that the parser takes."""
    grammar = Grammar(random.Random(seed))
    found: list[str] = []
    while len(found) < count:
        text = grammar.vector(depth)
        with contextlib.suppress(PromqlError):
            parse(text)
            found.append(text)
    return found


def nodes(tree: Tree) -> list[Tree]:
    """Return every node of *tree*."""
    return [tree, *(node for child in children(tree) for node in nodes(child))]


def test_every_node_has_a_meaning_that_holds_together() -> None:
    """What is certain is possible, values belong to possible labels, bounds are in order."""
    for text in expressions(7, count=500, depth=5):
        tree = parse(text).tree
        meanings = read(tree, WORLD)
        for node in nodes(tree):
            of = meanings[node]
            assert of.possible is None or of.certain <= of.possible
            assert of.possible is None or of.values.keys() <= of.possible
            assert all(of.may_have(label) for label in of.certain)
            assert of.low <= of.high
            assert of.empty or not (of.nonzero and of.low == of.high == 0)
            assert (of.division is None) or of.may_nan or of.may_inf
            assert of.series is None or of.series.name in of.sources
        assert meanings.whole is meanings[tree]


def test_reading_twice_gives_the_same() -> None:
    """Nothing is remembered that could change an answer."""
    for text in expressions(8, count=50, depth=4):
        tree = parse(text).tree
        assert read(tree, worlds.world()).whole == read(tree, WORLD).whole == read(tree, WORLD).whole


def test_a_node_of_another_tree_has_no_meaning() -> None:
    """Nodes are told apart by identity."""
    with pytest.raises(KeyError):
        read(parse("up").tree, WORLD)[parse("up").tree]


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["up"] * 200),
        "/".join(["up"] * 200),
        "(" * 90 + "up" + ")" * 90,
        "-" * 50 + "up",
        "abs(" * 90 + "up" + ")" * 90,
    ],
)
def test_deep_expressions_are_read(text: str) -> None:
    """As deep as the parser lets them be."""
    assert read(parse(text).tree, WORLD).whole.type == "vector"


def test_sides_that_never_match_are_known() -> None:
    """Also those of `unless` and `or`, whose result does not tell."""
    tree = parse("demo_balance unless sum(demo_balance)").tree
    assert isinstance(tree, Binary)
    assert not read(tree, WORLD).can_match(tree)
    for text in ("demo_balance unless on () sum(demo_balance)", "foreign unless demo_balance", "up + 1"):
        twin = parse(text).tree
        assert isinstance(twin, Binary)
        assert read(twin, WORLD).can_match(twin)


def test_real_rules_are_read() -> None:
    """Every rule of a public collection has a meaning; of metrics that no catalog defines little is claimed."""
    texts = []
    for file in sorted(tools.corpus("awesome-prometheus-alerts").rglob("*.yml")):
        groups = yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
        texts += [rule["expr"] for group in groups for rule in group["rules"] or ()]
    read_ = [read(parse(text).tree, WORLD) for text in texts]
    assert len(read_) > 900
    assert 200 < sum(meanings.whole.possible is not None for meanings in read_) < 400


def test_reading_costs_less_than_parsing() -> None:
    """The middle of five rounds over expressions of every kind."""
    texts = expressions(9, count=300, depth=3)
    trees = [parse(text).tree for text in texts]
    ratios = []
    for _ in range(5):
        start = time.perf_counter()
        for text in texts:
            parse(text)
        middle = time.perf_counter()
        for tree in trees:
            read(tree, WORLD)
        ratios.append((time.perf_counter() - middle) / (middle - start))
    assert statistics.median(ratios) < 0.8
