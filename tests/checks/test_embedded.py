"""Queries inside of templates are queries: every rule looks at them, at their place in the annotation."""

import pytest

from tests import foreign

RULE = """\
groups:
- name: bakery
  rules:
  - alert: Low
    expr: bakery_flour_remaining < 5
    for: 10m
    annotations:
      summary: {summary}
"""


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ("'{{ query `sum(bakery_flour_remaning` }}'", [("query/syntax", "(")]),
        ("'{{ query \"bakery_flour_remaning\" | first | value }}'", [("query/unknown-metric", "bakery_flour_remaning")]),
        ("'{{ range query `bakery_orders_total{kind=\"rie\"}` }}x{{ end }}'", [("query/unknown-label-value", "rie")]),
        ("'{{ with query \"bakery_orders_total{kind=\\\"rie\\\"}\" }}x{{ end }}'", [("query/unknown-label-value", 'bakery_orders_total{kind=\\"rie\\"}')]),
        ('|-\n        Low\n        {{ query "bakery_flour_remaning" | first }}', [("query/unknown-metric", "bakery_flour_remaning")]),
        ("'{{ query `bakery_orders_total{kind=\"rye\"}` | first | value }}'", []),
        ("'{{ printf \"bakery_flour_remaning{kind=%q}\" $labels.kind | query | first }}'", []),
        ("'query \"bakery_flour_remaning\"'", []),
    ],
)  # fmt: skip
def test_found(summary: str, found: list[tuple[str, str]]) -> None:
    """What is wrong in a query of a template is found at its word, or at the whole query where escapes are in the way."""
    texts = {"rules.yaml": RULE.replace("{summary}", summary)}
    assert [one for one in foreign.linted(texts) if one[0].startswith("query/")] == found
