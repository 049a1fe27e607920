"""Names that cannot be linked to."""

from obsgen.load import load_texts
from obsgen.report.text import render
from obsgen.targets.base import Options
from obsgen.targets.docs.limits import limits

CATALOG = """\
obsgen: 1
service: bakery
metrics:
  bakery_total: {counter: Loaves.}
  Bakery_total: {counter: Large loaves.}
alerts:
  Impact:
    when: {rate: bakery_total, over: 5m, above: 1}
    severity: warning
    summary: Too much bread
    impact: Bread grows stale.
    mitigation: Eat.
"""
SHARED = "obsgen: 1\nshared: true\nseverities: {warning: {means: Look., respond_in: 1d}}\n"
EXPECTED = """\
specs/bakery.yaml:5:3: error[docs/anchor-clash]: the metrics `bakery_total` and `Bakery_total` differ only in upper and lower case
  |
5 |   Bakery_total: {counter: Large loaves.}
  |   ^^^^^^^^^^^^
  |
4 |   bakery_total: {counter: Loaves.}
  |   ------------ `bakery_total` stands here
  = help: rename one of them; links to a section do not tell the cases apart

specs/bakery.yaml:8:5: error[docs/anchor-clash]: `Impact` is the heading of a part of every runbook section
  |
8 |     when: {rate: bakery_total, over: 5m, above: 1}
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: rename the alert, so that `runbook_url` leads to its own section
"""


def test_no_other_name_is_refused():
    """Names that differ by more than case share no anchor."""
    texts = {"specs/bakery.yaml": CATALOG.replace("Bakery_total", "bakery_b_total").replace("Impact:", "Impacts:")}
    assert list(limits(load_texts({**texts, "specs/shared.yaml": SHARED}).catalog, Options())) == []


def test_shared_anchors_are_refused():
    """Two names that differ only in case, and an alert called like a part of a section, are errors."""
    loaded = load_texts({"specs/bakery.yaml": CATALOG, "specs/shared.yaml": SHARED})
    found = sorted(limits(loaded.catalog, Options()), key=lambda one: one.primary.span)
    assert render(found, loaded.sources) == EXPECTED
