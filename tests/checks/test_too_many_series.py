"""`metric/too-many-series`, `service/too-many-series` and `label/too-many-values`: budgets of the worst case."""

import pytest

from obsgen.load import load_texts
from tests import tools
from tests.services import budget, gauges, said, service, words

METRIC, SERVICE, LABEL = "metric/too-many-series", "service/too-many-series", "label/too-many-values"
LABELS = """\
persona: {help: X., values: [a, b, c, d, e, f]}
chatmode: {help: X., at_most: 40}
weight: {help: X., values: {a: {grams: 1}, b: {grams: 2}}}
"""
WAIT = (
    "shop_wait_seconds:\n  histogram: X.\n  labels: [persona, chatmode]\n  buckets: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n"
)
SWITCHES = """\
shop_switches_total:
  counter: X.
  labels: {from_persona: {values_of: persona, or: [none]}, to_persona: {values_of: persona}, chatmode: {}}
"""
INFO = "shop_info:\n  info: X.\n  labels: {weight: {}, grams: {value_of: weight.grams}}\n"
TWO = "workspaces:\n  one: {port: 1}\n  two: {port: 2}\n"


@pytest.mark.parametrize(
    ("metrics", "rest", "worst"),
    [
        (WAIT, "", 3120),
        (WAIT, TWO, 6240),
        (SWITCHES, "", 1680),
        (INFO, "", 2),
        (gauges("shop_open"), "", 1),
        (gauges("shop_open"), TWO, 2),
    ],
)
def test_worst_case(metrics: str, rest: str, worst: int) -> None:
    """A metric may have as many series as its labels, buckets and workspaces make, and not one more than the budget."""
    texts = service(metrics, LABELS, rest)
    assert words(METRIC, texts, budget(series_per_metric=worst)) == []
    assert words(SERVICE, texts, budget(series_per_service=worst)) == []
    if worst > 1:
        assert len(words(METRIC, texts, budget(series_per_metric=worst - 1))) == 1
        assert len(words(SERVICE, texts, budget(series_per_service=worst - 1))) == 1


def test_service() -> None:
    """The series of a service are those of all its metrics, and the largest is pointed at."""
    texts = service(INFO + WAIT + SWITCHES, LABELS)
    assert words(SERVICE, texts, budget(series_per_service=4802)) == []
    assert words(SERVICE, texts, budget(series_per_service=4801)) == ["shop_wait_seconds"]


@pytest.mark.parametrize(("limit", "found"), [(40, []), (39, ["40"]), (5, ["persona", "40"])])
def test_label(limit: int, found: list[str]) -> None:
    """Labels of both sorts are counted, at their name or at what bounds them."""
    assert words(LABEL, service(WAIT, LABELS), budget(values_per_label=limit)) == found


def test_shipped() -> None:
    """The budgets are wide enough for everything that obsgen ships."""
    specs = sorted((tools.CHECKOUT / "specs").rglob("*.yaml"))
    loaded = load_texts({path.relative_to(tools.CHECKOUT).as_posix(): path.read_text("utf-8") for path in specs})
    assert [one for one in loaded.found if one.code in (METRIC, SERVICE, LABEL)] == []


def test_messages() -> None:
    """The messages show the multiplication, the widest label and its definition."""
    texts = service(WAIT, LABELS)
    assert said(METRIC, texts, budget(series_per_metric=1000)) == [
        "specs/shop.yaml:10:23: warning[metric/too-many-series]: `shop_wait_seconds` can have 3,120 series, the budget is 1,000",
        "   |",
        "10 |     labels: [persona, chatmode]",
        "   |                       ^^^^^^^^ 6 persona x 40 chatmode x 10 buckets+3 = 3,120",
        "   |",
        " 5 |   chatmode: {help: X., at_most: 40}",
        "   |                        ------- `chatmode` has the most values",
        "   = help: drop a label, bound it more tightly, or put what tells single events apart on traces and logs; the budget is `series_per_metric` in [tool.obsgen.budget]",
    ]
    assert said(SERVICE, texts, budget(series_per_service=1000)) == [
        "specs/shop.yaml:8:3: warning[service/too-many-series]: the service `shop` can have 3,120 series, the budget is 1,000",
        "  |",
        "8 |   shop_wait_seconds:",
        "  |   ^^^^^^^^^^^^^^^^^ 6 persona x 40 chatmode x 10 buckets+3 = 3,120",
        "  = help: begin with this metric; the budget is `series_per_service` in [tool.obsgen.budget]",
    ]
    assert said(LABEL, texts, budget(values_per_label=20)) == [
        "specs/shop.yaml:5:33: warning[label/too-many-values]: the label `chatmode` can have 40 values, the budget is 20",
        "  |",
        "5 |   chatmode: {help: X., at_most: 40}",
        "  |                                 ^^",
        "  = help: group the values, or put what tells single events apart on traces and logs; the budget is `values_per_label` in [tool.obsgen.budget]",
    ]
