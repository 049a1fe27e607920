"""What a check is, and what it looks at: queries with their meaning, and alerting rules, wherever they were written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from obsgen.diagnostics import Diagnostic, Span
from obsgen.promql.collect import Asked, asked
from obsgen.promql.parse import Parsed, PromqlError, parse
from obsgen.promql.text import Mark
from obsgen.promql.tree import Word
from obsgen.source.nodes import Scalar
from obsgen.spec.fields import Origin
from obsgen.spec.model import Alert, Catalog

if TYPE_CHECKING:
    from obsgen.promql.meaning import Meanings, World


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


@dataclass(frozen=True, kw_only=True)
class AlertRule:
    """
    An alerting rule, of the catalog or of a file that obsgen did not write.

    Attributes:
        name: Name of the alert.
        name_span: Where it stands.
        read: Its condition.
        wait_seconds: How long the condition has to hold; None where nothing is said.
        wait_span: Where that is said, or the nearest place.
        labels: Labels that the rule adds, with the text of their values.
        annotations: Annotations as written, with their places.
        alert: The alert of the catalog, None in other files.
        origin: The whole rule.
    """

    name: str
    name_span: Span
    read: Read
    wait_seconds: float | None
    wait_span: Span
    labels: Mapping[str, Scalar] = field(default_factory=dict)
    annotations: Mapping[str, Scalar] = field(default_factory=dict)
    alert: Alert | None = None
    origin: Origin


@dataclass(frozen=True)
class Subject:
    """
    What checks look at.

    Attributes:
        catalog: The catalog; what it says is true.
    """

    catalog: Catalog

    @cached_property
    def every_query(self) -> tuple[Asked, ...]:
        """Every query, those included whose shape does not fit their metric."""
        return tuple(asked(self.catalog))

    @cached_property
    def queries(self) -> tuple[Read, ...]:
        """Every query; those whose shape is already wrong are left out, since what they mean is unknown."""
        return tuple(read_query(query) for query in self.every_query if not query.compiled.problems)

    @cached_property
    def alert_rules(self) -> tuple[AlertRule, ...]:
        """Every alerting rule whose condition means something."""
        reads = {read.asked.name: read for read in self.queries if read.asked.where == "alert"}
        return tuple(_alert_rule(alert, reads[alert.name]) for alert in self.catalog.alerts if alert.name in reads)

    @cached_property
    def world(self) -> World:
        """What names mean in the queries."""
        from obsgen.promql.meaning import World  # noqa: PLC0415 - many modules, which only checks need

        return World.of(self.catalog)

    @cached_property
    def _meanings(self) -> dict[int, Meanings]:
        return {}

    def meanings(self, read: Read) -> Meanings | None:
        """Return what every part of a query means, read once; None for one that does not parse."""
        from obsgen.promql import meaning  # noqa: PLC0415

        if read.parsed is None:
            return None
        known = self._meanings.get(id(read))
        if known is None:
            known = self._meanings[id(read)] = meaning.read(read.parsed.tree, self.world)
        return known


def read_query(query: Asked) -> Read:
    """Return *query* parsed, or with the reason why not."""
    try:
        return Read(query, parse(query.compiled.expr.text), None)
    except PromqlError as fault:
        return Read(query, None, fault)


def _alert_rule(alert: Alert, read: Read) -> AlertRule:
    wait = alert.spec.for_
    found = {name: alert.origin.find(name) for name in ("summary", "description")}
    return AlertRule(
        name=alert.name,
        name_span=alert.name_span,
        read=read,
        wait_seconds=None if wait is None else float(wait.seconds),
        wait_span=alert.origin.at("for"),
        annotations={name: node for name, node in found.items() if isinstance(node, Scalar)},
        alert=alert,
        origin=alert.origin,
    )


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
