"""`dashboard/unused-variable`: a variable that people can choose, and that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, warning

#: Grafana applies these to every query by itself.
_APPLIED = frozenset({"adhoc", "groupby"})
#: Stand for every variable of the dashboard.
_ALL = frozenset({"__all_variables", "__url"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report declared variables that nothing on their dashboard uses."""
    for board in subject.boards:
        if not board.whole or board.used & _ALL:
            continue
        for variable in board.variables:
            if variable.kind not in _APPLIED and variable.name.text not in board.used:
                name = variable.name.text
                narrow = f'narrow the queries by it, `LABEL=~"${name}"`'
                choose = f"let panels ask the data source `${{{name}}}`"
                yield warning(
                    "dashboard/unused-variable",
                    f"nothing on the dashboard `{board.title}` uses the variable `{name}`",
                    variable.name.span,
                    help=f"{choose if variable.kind == 'datasource' else narrow}, or remove it",
                )


CHECK = Check(code="dashboard/unused-variable", run=run)
