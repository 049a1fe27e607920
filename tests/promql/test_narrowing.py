"""Variables of a dashboard narrow a query by labels that all of it has, both sides of a quotient alike."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsgen.diagnostics import Severity
from obsgen.load import load_texts
from obsgen.promql.collect import asked
from obsgen.promql.narrowing import narrowing, one_sided, series_labels
from obsgen.promql.parse import parse
from obsgen.promql.tree import Selector, children, selectors
from obsgen.spec import queries as q
from obsgen.spec.model import Catalog
from tests.bakery import METRICS, panel

RECORDS = """\
obsgen: 1
service: bakery
records:
  "kind:bakery_orders:rate5m":
    record: Orders by kind.
    query: {rate: bakery_orders_total, by: [kind], over: 5m}
  "all:bakery_orders:rate5m":
    record: Orders.
    query: {rate: bakery_orders_total, over: 5m}
  "kind:bakery_flour:left":
    record: Flour as it is.
    query: {value: bakery_flour_remaining}
  "kind:bakery_orders:twice":
    record: Orders, recorded once more.
    query: {value: "kind:bakery_orders:rate5m", as: sum, by: [kind]}
  "kind:bakery_flour:per_order":
    record: Flour for one order.
    query: {per: {of: {rate: bakery_flour_used_total, by: [kind], over: 5m}, each: {rate: bakery_orders_total, by: [kind], over: 5m}}}
  "kind:bakery_orders:busiest":
    record: The busiest kinds.
    query: {top: 2, of: {rate: bakery_orders_total, by: [kind], over: 5m}}
  "kind:bakery_orders:promql":
    record: Orders in PromQL.
    query: {promql: "sum by (kind) (rate(bakery_orders_total[5m]))"}
  "kind:bakery_orders:without":
    record: Orders in PromQL, by what is left.
    query: {promql: "sum without (result, instance, job) (rate(bakery_orders_total[5m]))"}
"""
LABELS = ("kind", "oven", "result")
FLOUR = "{rate: bakery_flour_used_total}"
ORDERS = "{rate: bakery_orders_total}"
BAKES = "{rate: bakery_bake_duration_seconds}"
BY_KIND = '{value: "kind:bakery_orders:rate5m", as: sum}'
TOTAL = '{value: "all:bakery_orders:rate5m", as: sum}'
PARTS = {
    FLOUR: {"kind"},
    ORDERS: {"kind", "result"},
    BAKES: {"kind", "oven"},
    BY_KIND: {"kind"},
    TOTAL: set(),
    "{quantile: 0.5, of: bakery_bake_duration_seconds}": {"kind", "oven"},
    "{value: bakery_oven_info, where: {oven: north}}": {"oven"},
    '{promql: "sum(bakery_flour_remaining{kind=~\\"${kind}\\"})"}': {"kind"},
    '{promql: "sum(bakery_flour_remaining)"}': set(),
    '{promql: "scalar(vector(4))"}': set(LABELS),
}


def loaded(show: str, filter_by: str = "[kind, oven, result]") -> tuple[Catalog, q.Shape, str]:
    """Return a catalog with one panel, the panel's query and its PromQL."""
    found = load_texts(panel(show, filter_by=filter_by, records=RECORDS))
    # Labels that this one query lacks, and quotients that make little sense, are what these cases are about.
    quiet = {"dashboard/unused-filter", "query/no-shared-labels", "panel/constant"}
    findings = [one for one in found.diagnostics if one.severity is Severity.ERROR and one.code not in quiet]
    assert not findings, findings
    (query,) = (one for one in asked(found.catalog) if one.where == "panel")
    shape = found.catalog.by_name["bakery"].dashboards[0].spec.rows["today"].panels["one"].show
    assert not isinstance(shape, tuple | None)
    return found.catalog, shape, query.compiled.expr.text


def followed(selector: Selector) -> set[str]:
    """Return the labels by which a selector follows a variable."""
    return {one.label.text for one in selector.matchers if "$" in one.value.text}


@pytest.mark.parametrize(("of", "each"), list(itertools.permutations([FLOUR, ORDERS, BAKES, BY_KIND, TOTAL], 2)))
def test_both_sides_of_a_quotient_are_narrowed_alike(of: str, each: str) -> None:
    """What is chosen narrows the dividend and the divisor by the same labels: those that both have."""
    _, _, text = loaded(f"{{per: {{of: {of}, each: {each}}}}}")
    sides = [set.union(*map(followed, selectors(side))) for side in children(parse(text).tree)]
    assert sides == [PARTS[of] & PARTS[each]] * 2


def test_a_quotient_in_a_quotient() -> None:
    """Every part is narrowed by what all of them have, also below `top`."""
    _, _, text = loaded(f"{{top: 3, of: {{per: {{of: {{per: {{of: {BAKES}, each: {FLOUR}}}}}, each: {ORDERS}}}}}}}")
    assert [followed(one) for one in selectors(parse(text).tree)] == [{"kind"}] * 3


def test_alone_a_query_follows_every_label() -> None:
    """What a quotient gives up, a query beside it keeps."""
    _, _, text = loaded(ORDERS)
    assert [followed(one) for one in selectors(parse(text).tree)] == [{"kind", "result"}]


@pytest.mark.parametrize("show", PARTS)
def test_narrowing_of_one_query(show: str) -> None:
    """A query over one metric follows its labels, PromQL the variables in it, and a number goes with everything."""
    catalog, shape, _ = loaded(show)
    assert narrowing(shape, LABELS, catalog) == PARTS[show]
    assert one_sided(shape, LABELS, catalog) == ()


@given(st.lists(st.sampled_from(list(PARTS)), min_size=2, max_size=2), st.permutations(LABELS))
def test_one_sided(pair: list[str], labels: list[str]) -> None:
    """The labels that are given up are those that only one side has, in the order of the filters."""
    of, each = pair
    catalog, shape, _ = loaded(f"{{per: {{of: {of}, each: {each}}}}}")
    common = PARTS[of] & PARTS[each]
    generated = set().union(*(PARTS[part] for part in pair if "promql" not in part))
    assert narrowing(shape, labels, catalog) == common
    assert one_sided(shape, labels, catalog) == tuple(label for label in labels if label in generated - common)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("bakery_orders_total", {"kind", "result"}), ("bakery_bake_duration_seconds", {"kind", "oven"}),
        ("bakery_bake_duration_seconds_count", {"kind", "oven"}), ("kind:bakery_orders:rate5m", {"kind"}),
        ("all:bakery_orders:rate5m", set()), ("kind:bakery_flour:left", {"kind"}), ("kind:bakery_orders:twice", {"kind"}),
        ("kind:bakery_flour:per_order", {"kind"}), ("kind:bakery_orders:busiest", {"kind"}),
        ("kind:bakery_orders:promql", {"kind"}), ("kind:bakery_orders:without", set()), ("up", set()), ("nobody", set()),
    ],
)  # fmt: skip
def test_labels_of_a_series(name: str, labels: set[str]) -> None:
    """A metric has its labels, a recorded series those that its query keeps for certain, an unknown name none."""
    assert series_labels(name, loaded(ORDERS)[0]) == labels


def test_records_in_a_circle() -> None:
    """Recorded series that are made of each other have no labels, and asking does not run forever."""
    circle = "obsgen: 1\nservice: bakery\nrecords:\n" + "".join(
        f'  "kind:bakery:{one}":\n    record: R.\n    query: {{value: "kind:bakery:{other}"}}\n'
        for one, other in ("ab", "ba")
    )
    found = load_texts({"specs/metrics.yaml": METRICS, "specs/records.yaml": circle})
    assert series_labels("kind:bakery:a", found.catalog) == frozenset()


@pytest.mark.parametrize("name", ["kind:bakery_orders:rate5m", "kind:bakery_flour:left", "kind:bakery_orders:promql"])
def test_recorded_series_are_narrowed(name: str) -> None:
    """A panel of a recorded series follows the filters whose label the series has, and no other."""
    _, _, text = loaded(f'{{value: "{name}"}}')
    assert text == f'{name}{{kind=~"${{kind}}"}}'
