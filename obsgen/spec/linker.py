"""What linking reports."""

from __future__ import annotations

from collections.abc import Iterable

from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.words import listed, nearest


class Linker:
    """Collects problems while the catalog is put together."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []

    def report(
        self, code: str, message: str, span: Span, text: str = "", *, also: Iterable[Label] = (), help: str = ""
    ) -> None:
        """Add an error."""
        self.problems.append(error(code, message, span, text, also=also, help=help))

    def twice(self, code: str, message: str, first: Span, second: Span, *, help: str) -> None:
        """Report something that may stand once only, at its second place."""
        self.report(code, message, second, "the second one", also=(Label(first, "the first one"),), help=help)

    def unknown(self, code: str, what: str, name: str, span: Span, known: Iterable[str], *, help: str = "") -> None:
        """Report that *name* leads nowhere, with the nearest of the *known* names; *help* is for when there is none."""
        names = sorted(set(known))
        guess = nearest(name, names)
        advice = "" if guess else f"known: {listed(names)}" if names else help
        self.report(
            code, f"no {what} is called `{name}`", span, f"did you mean `{guess}`?" if guess else "", help=advice
        )
