"""The query vocabulary as it is written."""

from typing import Any

import pytest

from obsgen.source import nodes
from obsgen.source.nodes import Mapping
from obsgen.spec import queries as q
from obsgen.spec.decode import decode
from obsgen.spec.fields import Written
from obsgen.spec.values import Duration, Quantity, quantity
from tests.source.places import cut

MINUTES = Duration.parse("5m")


def file(written: str, *, condition: bool) -> str:
    """Return a file that holds a query or a condition."""
    if condition:
        return f"obsgen: 1\nservice: a\nalerts:\n  A: {{when: {written}, severity: x, summary: S., impact: I., mitigation: M.}}\n"
    return f"obsgen: 1\nservice: a\nrecords:\n  a:b: {{record: R., query: {written}}}\n"


def query(written: str) -> Any:
    """Return a decoded query."""
    root = nodes.parse(file(written, condition=False), "specs/a.yaml").root
    assert root is not None
    found, problems = decode(root)
    assert problems == ()
    assert found is not None
    return found.records["a:b"].query


def condition(written: str) -> Any:
    """Return a decoded condition."""
    root = nodes.parse(file(written, condition=True), "specs/a.yaml").root
    assert root is not None
    found, problems = decode(root)
    assert problems == ()
    assert found is not None
    return found.alerts["A"].when


def said(shape: Written) -> dict[str, Any]:
    """Return what a shape says, without what it leaves out."""
    fields = type(shape).__dataclass_fields__
    return {name: value for name in fields if name != "origin" and (value := getattr(shape, name)) is not None}


@pytest.mark.parametrize(
    ("written", "cls", "expected"),
    [
        ("{rate: m, by: [a], over: 5m}", q.Rate, {"rate": "m", "by": ("a",), "over": MINUTES}),
        ("{increase: m, where: {a: x}}", q.Increase, {"increase": "m", "where": {"a": "x"}}),
        ("{value: 'lvl:m:x', as: sum}", q.Value, {"value": "lvl:m:x", "as_": "sum"}),
        ("{ratio: m, part: {a: [x, y]}}", q.Ratio, {"ratio": "m", "part": {"a": ("x", "y")}}),
        ("{share: m, by: [a, b]}", q.Share, {"share": "m", "by": ("a", "b")}),
        ("{quantile: 0.5, of: m}", q.Quantile, {"quantile": 0.5, "of": "m"}),
        ("{mean: m}", q.Mean, {"mean": "m"}),
        ("{within: 2.5, of: m}", q.Within, {"within": 2.5, "of": "m"}),
        ("{distribution: m}", q.Distribution, {"distribution": "m"}),
        ("{project: m, to: month, over: 5m}", q.Project, {"project": "m", "to": "month", "over": MINUTES}),
        ("{absent: m}", q.Absent, {"absent": "m"}),
        ("{down: true}", q.Down, {"down": True}),
        ("{age: m}", q.Age, {"age": "m"}),
        ("{changes: m}", q.Changes, {"changes": "m"}),
        ("{alerting: A}", q.Alerting, {"alerting": "A"}),
        ("{promql: 'up == 0'}", q.Raw, {"promql": "up == 0"}),
    ],
)
def test_shapes(written: str, cls: type, expected: dict[str, Any]) -> None:
    """Every shape is decoded into the dataclass that its first key names."""
    shape = query(written)
    assert (type(shape), said(shape)) == (cls, expected)


def test_the_key_that_names_the_shape_need_not_be_first() -> None:
    """By custom the shape comes first, but the order of keys says nothing."""
    assert query("{over: 5m, by: [a], rate: m}") == query("{rate: m, by: [a], over: 5m}")


def test_nested_shapes() -> None:
    """Shapes stand inside `top` and `per`."""
    top = query("{top: 3, of: {per: {of: {rate: a}, each: {rate: b}}}}")
    assert (type(top), top.top, type(top.of)) == (q.Top, 3, q.Per)
    assert (top.of.per.of.rate, top.of.per.each.rate) == ("a", "b")
    forecast = query("{forecast: m, in: 1h, from: 30m}")
    assert (str(forecast.in_), str(forecast.from_)) == ("1h", "30m")


def test_filters() -> None:
    """A filter takes a value, a list, what it is not, and what it looks like."""
    where = query("{rate: m, where: {a: x, b: [y, z], c: {not: x}, d: {not: [x]}, e: {matches: 'x.*'}, f: '1'}}").where
    assert (where["a"], where["b"], where["f"]) == ("x", ("y", "z"), "1")
    assert (where["c"].not_, where["d"].not_, where["e"].matches) == ("x", ("x",), "x.*")


@pytest.mark.parametrize(
    ("written", "word", "value", "unit"),
    [
        ("above: 5", "above", 5, ""), ("below: -0.5", "below", -0.5, ""), ("at_least: 20%", "at_least", 0.2, "ratio"),
        ("at_most: 5m", "at_most", 300, "seconds"), ("equals: 2.5s", "equals", 2.5, "seconds"), ("above: 1h30m", "above", 5400, "seconds"),
    ],
)  # fmt: skip
def test_comparisons(written: str, word: str, value: float, unit: str) -> None:
    """A comparison takes a number, a percentage or a duration."""
    when = condition(f"{{value: m, {written}}}")
    assert isinstance(when, q.When)
    assert when.test is not None
    assert when.test.word == word
    found = quantity(getattr(when.test, word))
    assert isinstance(found, Quantity)
    assert (float(found.value), found.unit) == (value, unit)


def test_conditions_by_themselves() -> None:
    """What is true or false by itself takes no comparison; compounds hold conditions."""
    assert condition("{absent: m}").test is None
    assert condition("{down: true}").test is None
    assert condition("{promql: x > 1}").test is None
    both = condition("{all: [{down: true}, {any: [{value: m, above: 1}]}], unless: {absent: m}}")
    assert (type(both), [type(one) for one in both.all_], type(both.unless)) == (q.AllOf, [q.When, q.AnyOf], q.When)


#: Mistake -> code and the word under the carets.
MISTAKES = {
    "{rate: m, of: m}": ("spec/key-out-of-place", "of"),
    "{top: 10, of: m}": ("spec/wrong-type", "m"),
    "{forecast: m, from: 5m}": ("spec/missing-key", "forecast"),
    "{quantile: 0.95}": ("spec/missing-key", "quantile"),
    "{quantile: 95, of: m}": ("spec/bad-value", "95"),
    "{ratio: m}": ("spec/missing-key", "ratio"),
    "{ratio: m, parts: {a: x}}": ("spec/unknown-key", "parts"),
    "{rate: m, increase: m}": ("spec/too-many-keys", "increase"),
    "{rat: m, by: [a]}": ("spec/unknown-key", "rat"),
    "{by: [a]}": ("spec/missing-key", "by"),
    "{rate: m, above: 5}": ("spec/key-out-of-place", "above"),
    "{distribution: m, by: [a]}": ("spec/key-out-of-place", "by"),
    "{per: {of: {rate: m}}}": ("spec/missing-key", "of"),
    "{share: m}": ("spec/missing-key", "share"),
    "{down: false}": ("spec/bad-value", "false"),
    "{value: m, over: 5m}": ("spec/key-out-of-place", "over"),
    "{rate: m, over: 5 minutes}": ("spec/bad-value", "5 minutes"),
    "{rate: m, over: 300}": ("spec/wrong-type", "300"),
    "{all: [{down: true}]}": ("spec/key-out-of-place", "all"),
    "{promql: m, over: 5m}": ("spec/key-out-of-place", "over"),
    "'rate(m[5m])'": ("spec/wrong-type", "'rate(m[5m])'"),
    "{}": ("spec/missing-key", "{}"),
}


@pytest.mark.parametrize("written", MISTAKES)
def test_mistakes(written: str) -> None:
    """Every typical mistake is refused with one finding at the word that is wrong."""
    text = file(written, condition=False)
    root = nodes.parse(text, "specs/a.yaml").root
    assert isinstance(root, Mapping)
    found, problems = decode(root)
    assert found is None
    assert [(one.code, cut(one.primary.span, text)) for one in problems] == [MISTAKES[written]]


CONDITION_MISTAKES = {
    "{value: m}": ("spec/missing-key", "value"),
    "{value: m, above: 1, below: 2}": ("spec/too-many-keys", "below"),
    "{value: m, abov: 1}": ("spec/unknown-key", "abov"),
    "{value: m, above: high}": ("spec/bad-value", "high"),
    "{value: m, above: [1]}": ("spec/wrong-type", "[1]"),
    "{value: m, above: 1, min_events: 5}": ("spec/key-out-of-place", "min_events"),
    "{down: true, above: 1}": ("spec/key-out-of-place", "above"),
    "{absent: m, equals: 1}": ("spec/key-out-of-place", "equals"),
    "{promql: m, above: 1}": ("spec/key-out-of-place", "above"),
    "{top: 5, of: {value: m}, above: 1}": ("spec/key-out-of-place", "top"),
    "{distribution: m, above: 1}": ("spec/key-out-of-place", "distribution"),
    "{all: []}": ("spec/bad-value", "[]"),
    "{all: {down: true}}": ("spec/wrong-type", "{down: true}"),
    "{any: [{value: m}]}": ("spec/missing-key", "value"),
    "{any: [{down: true}], unless: {down: true}}": ("spec/key-out-of-place", "unless"),
}


@pytest.mark.parametrize("written", CONDITION_MISTAKES)
def test_mistakes_in_conditions(written: str) -> None:
    """Every typical mistake in a condition is refused with one finding at the word that is wrong."""
    text = file(written, condition=True)
    root = nodes.parse(text, "specs/a.yaml").root
    assert isinstance(root, Mapping)
    found, problems = decode(root)
    assert found is None
    assert [(one.code, cut(one.primary.span, text)) for one in problems] == [CONDITION_MISTAKES[written]]
