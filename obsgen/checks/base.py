"""What a check is, and what it looks at: queries with their meaning, and alerting rules, wherever they were written."""

from __future__ import annotations

import datetime as dt
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from obsgen.checks import runbooks
from obsgen.checks.signals import SignalQuery
from obsgen.diagnostics import Diagnostic, Span
from obsgen.promql.collect import Asked, asked
from obsgen.promql.known import Values, labels_of
from obsgen.promql.parse import Parsed, PromqlError, parse
from obsgen.promql.text import Mark
from obsgen.promql.tree import Selector, Word
from obsgen.settings import UNSET, Settings
from obsgen.source.nodes import Scalar
from obsgen.spec.fields import Origin
from obsgen.spec.model import Alert, Catalog

if TYPE_CHECKING:
    from obsgen.checks.boards import Board
    from obsgen.promql.meaning import Meanings, World

Seen = TypeVar("Seen")


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

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Its selectors in the order of the text; none where it does not parse."""
        return self.parsed.selectors if self.parsed is not None else ()

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
        wait_seconds: How long the condition has to hold; None where nothing is said, infinite where that is no duration.
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


@dataclass(frozen=True, kw_only=True)
class RuleGroup:
    """
    Rules of a file that obsgen did not write: they run one after the other, at times of their own.

    Attributes:
        name: Its name.
        interval_seconds: Time between two evaluations; None where the group does not say it.
        interval_span: Where that is said, or the nearest place.
        rules: Queries of its rules in the order of the file; the same values as among the subject's queries.
    """

    name: str
    interval_seconds: float | None
    interval_span: Span
    rules: tuple[Asked, ...]


@dataclass(frozen=True)
class Subject:
    """
    What checks look at.

    Attributes:
        catalog: The catalog; what it says is true.
        settings: What the server is like that asks the queries, and what the project agreed on.
        today: The day on which the catalog has to be up to date; None if its age does not matter.
    """

    catalog: Catalog
    settings: Settings = field(default=UNSET, kw_only=True)
    today: dt.date | None = field(default=None, kw_only=True)

    @cached_property
    def every_query(self) -> tuple[Asked, ...]:
        """Every query, those included whose shape does not fit their metric, and those in the catalog's prose."""
        return (*asked(self.catalog), *runbooks.queries(self.catalog))

    @cached_property
    def signals(self) -> tuple[SignalQuery, ...]:
        """Every query for logs and traces."""
        return tuple(runbooks.signals(self.catalog))

    @cached_property
    def queries(self) -> tuple[Read, ...]:
        """Every query; those whose shape is already wrong are left out, since what they mean is unknown."""
        return tuple(read_query(query) for query in self.every_query if not query.compiled.problems)

    @cached_property
    def alert_rules(self) -> tuple[AlertRule, ...]:
        """Every alerting rule whose condition means something."""
        reads = {read.asked.name: read for read in self.queries if read.asked.where == "alert"}
        return tuple(_alert_rule(alert, reads[alert.name]) for alert in self.catalog.alerts if alert.name in reads)

    @property
    def groups(self) -> tuple[RuleGroup, ...]:
        """Every rule group whose order and times somebody wrote; obsgen decides on those that it writes."""
        return ()

    @cached_property
    def boards(self) -> tuple[Board, ...]:
        """Every dashboard that obsgen did not write."""
        return ()

    @cached_property
    def world(self) -> World:
        """What names mean in the queries."""
        from obsgen.promql.meaning import World  # noqa: PLC0415 - many modules, which only checks need

        server = self.settings.server
        return World.of(
            self.catalog,
            external_labels=server.external_labels,
            scrape_seconds=server.scrape_seconds,
            retention_seconds=server.retention_seconds,
            prometheus=server.prometheus,
        )

    def once(self, look: Callable[[Subject], Seen]) -> Seen:
        """Return what *look* finds here; several checks that ask for it share the answer."""
        if look not in self._seen:
            self._seen[look] = look(self)
        return typing.cast("Seen", self._seen[look])

    @cached_property
    def _seen(self) -> dict[Callable[[Subject], object], object]:
        return {}

    def labels_of(self, series: str) -> Mapping[str, Values] | None:
        """Return the labels that *series* can have; None where that is unknown or open."""
        if series not in self._labels:
            self._labels[series] = labels_of(series, self.catalog)
        return self._labels[series]

    @cached_property
    def _labels(self) -> dict[str, Mapping[str, Values] | None]:
        return {}

    def is_elsewhere(self, name: str) -> bool:  # noqa: ARG002 - it matters to files that obsgen did not write
        """Return whether the series *name*, which the catalog lacks, may well be there."""
        return False

    @cached_property
    def readings(self) -> tuple[tuple[Read, Meanings], ...]:
        """Every query that can be parsed with what its parts mean."""
        pairs = ((read, self.meanings(read)) for read in self.queries)
        return tuple((read, meanings) for read, meanings in pairs if meanings is not None)

    @cached_property
    def _meanings(self) -> dict[int, Meanings]:
        return {}

    def meanings(self, read: Read) -> Meanings | None:
        """Return what every part of a query means, read once; None for one that does not parse."""
        if read.parsed is None:
            return None
        known = self._meanings.get(id(read))
        if known is None:
            from obsgen.promql import meaning  # noqa: PLC0415 - many modules, which only checks need

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
