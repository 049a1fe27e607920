"""`panel/constant`: a number of the query shown as if it were measured."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.readings import readings, written
from obsgen.checks.trees import extent
from obsgen.diagnostics import Diagnostic, warning


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report queries of panels that ask for no series and depend on nothing."""
    for read, meanings in readings(subject):
        whole = meanings.whole
        variables = read.parsed.variables if read.parsed else ()
        if read.asked.where == "panel" and not variables and whole.kind == "number" and not whole.sources:
            yield warning(
                "panel/constant",
                "this panel shows a number of its query, nothing is measured",
                written(read, extent(meanings.tree)),
                help="ask for a metric; draw a limit or an aim as `thresholds` of the panel that shows the metric",
            )


CHECK = Check(code="panel/constant", run=run)
