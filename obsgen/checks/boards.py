"""Dashboards that obsgen did not write, as checks see them: panels, variables, and where these are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from obsgen.promql.collect import Asked
from obsgen.promql.tree import Word
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence
from obsgen.spec.fields import Origin

if TYPE_CHECKING:
    from obsgen.checks.base import Read, Subject
    from obsgen.promql.meaning import Meanings

# As Grafana finds them: `$name`, `[[name]]`, `[[name:regex]]`, `${name}`, `${name.text}`, `${name:regex}`.
_USE = re.compile(
    r"\$(?P<plain>[A-Za-z_]\w*)|\[\[(?P<square>[A-Za-z_]\w*)(?::\w+)?\]\]|\$\{(?P<braced>[A-Za-z_]\w*)(?:\.[^:}]+)?(?::[^}]+)?\}",
    re.ASCII,
)


#: Panels that show values as such; the others draw what they calculate.
_VALUE_KINDS = frozenset(
    {
        "barchart",
        "bargauge",
        "gauge",
        "piechart",
        "stat",
        "state-timeline",
        "status-history",
        "table",
        "timeseries",
        "trend",
    }
)
#: Transformations that move, rename and drop values, and leave each as it is.
_ARRANGING = frozenset(
    {
        "filterByRefId", "filterFieldsByName", "joinByField", "labelsToFields", "limit", "merge", "organize", "renameByRegex",
        "seriesToColumns", "sortBy",
    }
)  # fmt: skip
#: Ways to make one value of many that lies between them.
_PICKING = frozenset({"", "allValues", "first", "firstNotNull", "last", "lastNotNull", "max", "mean", "median", "min"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """
    One PromQL query of a panel.

    Attributes:
        asked: It; also among the subject's queries.
        legend: How its series are named; None where Grafana chooses.
        instant: Whether it asks for one value each at the end of the range.
        format: `time_series`, `table` or `heatmap`.
        hidden: Whether its result is not shown, only used by others.
    """

    asked: Asked
    legend: Scalar | None
    instant: bool
    format: str
    hidden: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """
    One panel.

    Attributes:
        title: What people read; may be empty.
        kind: The kind as written, None where nothing is said.
        number: Its id as written, None where nothing is said.
        targets: Its PromQL queries.
        only_promql: Whether these are all its queries.
        origin: The whole panel.
    """

    title: str
    kind: Scalar | None
    number: Scalar | None
    targets: tuple[Target, ...]
    only_promql: bool
    origin: Origin

    @property
    def as_asked(self) -> bool:
        """Whether it shows values as its queries return them: nothing reduces or calculates them on the way."""
        steps = self.origin.find("transformations")
        names = [_text_at(step, "id") for step in steps.items] if isinstance(steps, Sequence) else []
        calcs = self.origin.find("options", "reduceOptions", "calcs")
        reduced = [calc.text for calc in calcs.items if isinstance(calc, Scalar)] if isinstance(calcs, Sequence) else []
        stacking = self.origin.find("fieldConfig", "defaults", "custom", "stacking", "mode")
        stacked = isinstance(stacking, Scalar) and stacking.text not in ("none", "")
        kind = self.kind.text if self.kind is not None else ""
        return kind in _VALUE_KINDS and set(names) <= _ARRANGING and set(reduced) <= _PICKING and not stacked

    def overrides(self, name: str) -> bool:
        """Return whether some of its columns or series have a field option *name* of their own."""
        overrides = self.origin.find("fieldConfig", "overrides")
        return isinstance(overrides, Sequence) and any(
            _text_at(one, "id") == name
            for override in overrides.items
            if isinstance(override, Mapping) and isinstance(properties := override.get("properties"), Sequence)
            for one in properties.items
        )

    @property
    def shown(self) -> tuple[Target, ...]:
        """The queries whose results it shows."""
        return tuple(target for target in self.targets if not target.hidden)


@dataclass(frozen=True, kw_only=True, eq=False)
class Variable:
    """
    A variable that a dashboard declares.

    Attributes:
        name: Its name as written.
        kind: `query`, `custom`, `datasource`, `adhoc` and so on; empty where nothing is said.
        origin: The whole declaration.
    """

    name: Scalar
    kind: str
    origin: Origin


@dataclass(frozen=True, kw_only=True, eq=False)
class Use:
    """
    A variable that a PromQL query, or a repeated panel, asks for.

    Attributes:
        name: Without the dollar sign.
        written: The text it stands in.
        start, end: Where in that text, dollar sign included.
    """

    name: str
    written: Scalar
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Board:
    """
    One dashboard.

    Attributes:
        title: What people read.
        panels: Its panels in the order of the file, those inside of rows included, rows left out.
        variables: What it declares.
        given: Names that Grafana fills in when the dashboard is imported.
        uses: Where its queries use variables.
        used: Every name that is used as a variable, anywhere but in its own declaration.
        annotations: Queries of annotations, with the templates of their texts.
        whole: Whether all of it stands in the file: no panels kept in Grafana's library.
    """

    title: str
    panels: tuple[Panel, ...]
    variables: tuple[Variable, ...]
    given: frozenset[str]
    uses: tuple[Use, ...]
    used: frozenset[str]
    annotations: tuple[tuple[Asked, tuple[Scalar, ...]], ...]
    whole: bool


def _text_at(node: Node, key: str) -> str:
    found = node.get(key) if isinstance(node, Mapping) else None
    return found.text if isinstance(found, Scalar) else ""


def variables_in(text: str) -> Iterator[Word]:
    """Yield each variable of Grafana in *text*: its name, and where it stands with its signs."""
    for match in _USE.finditer(text):
        yield Word(match["plain"] or match["square"] or match["braced"], match.start(), match.end())


def reads(subject: Subject) -> dict[int, Read]:
    """Return the queries of *subject* by the identity of what was asked."""
    return {id(read.asked): read for read in subject.queries}


def results(subject: Subject) -> Iterator[tuple[Panel, tuple[tuple[Target, Read, Meanings], ...]]]:
    """Yield each panel that shows only PromQL, with what its shown queries mean; where one is unclear it is left out."""
    known = reads(subject) if subject.boards else {}
    for board in subject.boards:
        for panel in board.panels:
            found = []
            for target in panel.shown:
                read = known.get(id(target.asked))
                meanings = subject.meanings(read) if read is not None else None
                if read is not None and meanings is not None:
                    found.append((target, read, meanings))
            if found and len(found) == len(panel.shown) and panel.only_promql:
                yield panel, tuple(found)
