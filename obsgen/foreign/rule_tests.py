"""promtool test files: their queries and the series that they feed in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.diagnostics import Diagnostic
from obsgen.foreign import shapes
from obsgen.foreign.model import Foreign, RuleTests
from obsgen.foreign.rule_files import asked
from obsgen.foreign.shapes import Report
from obsgen.promql.collect import Asked
from obsgen.source.nodes import Mapping

# The short form of native histograms and other notations of promtool only stand in `values`.
_SERIES = re.compile(r"\s*[A-Za-z_:][\w:]*\s*(\{.*\})?\s*\Z", re.DOTALL)


def read(root: Mapping, path: str) -> Foreign:
    """Return what the promtool test file *path* asks and feeds in."""
    problems: list[Diagnostic] = []
    report = problems.append
    tests = tuple(shapes.mappings(root, "tests", report))
    queries = [query for test in tests for query in _queries(test, report)]
    found = RuleTests(root=root, rule_files=shapes.scalars(root, "rule_files", report), tests=tests)
    return Foreign(path=path, kind="rule-tests", queries=tuple(queries), tests=found, problems=tuple(problems))


def _queries(test: Mapping, report: Report) -> Iterator[Asked]:
    for series in shapes.mappings(test, "input_series", report):
        selector = shapes.scalar(series, "series", report)
        if selector is not None and _SERIES.match(selector.text):
            yield asked("series", "", selector, series)
    for one in shapes.mappings(test, "promql_expr_test", report):
        expr = shapes.scalar(one, "expr", report)
        if expr is not None:
            yield asked("test", "", expr, one)
