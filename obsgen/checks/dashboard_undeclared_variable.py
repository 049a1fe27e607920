"""`dashboard/undeclared-variable`: a query that asks for a variable which its dashboard does not have."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.boards import Board, Use
from obsgen.diagnostics import Diagnostic, error
from obsgen.source.locate import within
from obsgen.words import listed, nearest

#: Filled in by Grafana's data sources, besides all names that begin with two underscores.
_BUILT_IN = frozenset({"timeFilter"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report variables of queries, and of panels that are repeated, that nothing declares."""
    for board in subject.boards:
        names = {variable.name.text for variable in board.variables}
        known = names | board.given | _BUILT_IN
        for use in board.uses:
            if use.name not in known and not use.name.startswith("__"):
                yield _finding(use, sorted(names), board)


def _finding(use: Use, names: list[str], board: Board) -> Diagnostic:
    guess = nearest(use.name, names)
    advice = f"it declares {listed(names)}" if names else "it declares no variables"
    return error(
        "dashboard/undeclared-variable",
        f"the dashboard `{board.title}` declares no variable `{use.name}`",
        within(use.written, use.start, use.end),
        f"did you mean `{guess}`?" if guess else "",
        help="" if guess else f"{advice}; what Grafana does not know it sends as it stands",
    )


CHECK = Check(code="dashboard/undeclared-variable", run=run)
