"""What a check is, and the queries that several of them read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from obsgen.diagnostics import Diagnostic, Span
from obsgen.promql.collect import Asked, asked
from obsgen.promql.parse import Parsed, PromqlError, parse
from obsgen.promql.text import Mark
from obsgen.promql.tree import Word
from obsgen.spec.model import Catalog


@dataclass(frozen=True)
class Read:
    """
    A query that was parsed, or could not be.

    Attributes:
        asked: The query.
        parsed: None where it does not parse.
        fault: Why not.
    """

    asked: Asked
    parsed: Parsed | None
    fault: PromqlError | None

    def place(self, word: Word) -> Span:
        """Return where *word* of the PromQL was written."""
        return self.asked.compiled.expr.place(word.start, word.end) or self.asked.origin.span

    def mark(self, word: Word) -> Mark | None:
        """Return the word of the catalog that *word* of the PromQL comes from."""
        mark = self.asked.compiled.expr.mark_at(word.start, word.end)
        return None if mark is None or mark.scalar is not None else mark

    def is_variable(self, word: Word) -> bool:
        """Return whether *word* stands for something that only Grafana knows."""
        variables = self.parsed.variables if self.parsed else ()
        return any(word.start < end and start < word.end for start, end in variables)


@dataclass(frozen=True)
class Subject:
    """What checks look at."""

    catalog: Catalog

    @cached_property
    def queries(self) -> tuple[Read, ...]:
        """Every query; those whose shape is already wrong are left out, since what they mean is unknown."""
        return tuple(_read(query) for query in self.every_query if not query.compiled.problems)

    @cached_property
    def every_query(self) -> tuple[Asked, ...]:
        """Every query, wrong ones included."""
        return tuple(asked(self.catalog))


def _read(query: Asked) -> Read:
    try:
        return Read(query, parse(query.compiled.expr.text), None)
    except PromqlError as fault:
        return Read(query, None, fault)


@dataclass(frozen=True, kw_only=True)
class Check:
    """
    One rule.

    Attributes:
        code: `group/name`; also its page and, with underscores, its module.
        run: Finds what is wrong; never raises, whatever the catalog says.
    """

    code: str
    run: Callable[[Subject], Iterator[Diagnostic]]
