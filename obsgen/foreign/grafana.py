"""Grafana dashboards, as Grafana writes them itself since its first version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from obsgen.checks.base import read_query
from obsgen.checks.boards import Board, Panel, Target, Use, Variable
from obsgen.checks.signals import SignalQuery
from obsgen.diagnostics import Diagnostic
from obsgen.foreign import shapes
from obsgen.foreign.datasources import PROMETHEUS, kind_of
from obsgen.foreign.grafana_signals import of_target, of_variable
from obsgen.foreign.grafana_variables import expression, holds_words, repeat, used, uses
from obsgen.foreign.model import NO_SERVICE, Foreign
from obsgen.promql.collect import Asked
from obsgen.promql.compile import Compiled
from obsgen.promql.text import Marked, whole
from obsgen.source.nodes import Mapping, Node, Scalar
from obsgen.spec.fields import Origin

# A log query: its pipeline or its filter of lines stands behind the braces.
_LOGQL = re.compile(r"\}\s*(\|[=~>]|!=|!~|\|\s*[a-z_]+|\[[$0-9a-zA-Z_{}]+\]\s*\|)")


def read(path: str, root: Mapping) -> Foreign:
    """Return the queries, panels and variables of the dashboard *root* in the file *path*; never raises."""
    reader = _Reader(_kinds(root), _text(root, "title") or "dashboard")
    board = reader.board(root)
    problems = tuple(reader.problems)
    return Foreign(
        path=path,
        kind="dashboard",
        queries=tuple(reader.queries),
        board=board,
        signals=tuple(reader.signals),
        problems=problems,
    )


def _kinds(root: Mapping) -> dict[str, str]:
    """Return the kinds of the data sources behind variables and inputs."""
    found = {}
    for variable in _declared(root):
        if _text(variable, "type") == "datasource":
            found[_text(variable, "name")] = _text(variable, "query")
    for one in shapes.mappings(root, "__inputs", _ignore):
        if _text(one, "type") == "datasource":
            found[_text(one, "name")] = _text(one, "pluginId")
    return found


def _declared(root: Mapping) -> Iterator[Mapping]:
    templating = root.get("templating")
    if isinstance(templating, Mapping):
        yield from shapes.mappings(templating, "list", _ignore)


def _ignore(_: Diagnostic) -> None:
    """Leave a shape to those who report it."""


def _text(node: Mapping, key: str) -> str:
    value = node.get(key)
    return value.text if isinstance(value, Scalar) and isinstance(value.value, str) else ""


def _said(node: Mapping, key: str) -> Scalar | None:
    """Return the text below *key* unless it is empty."""
    value = node.get(key)
    return value if isinstance(value, Scalar) and isinstance(value.value, str) and value.text.strip() else None


def _is_true(node: Mapping, key: str) -> bool:
    value = node.get(key)
    return isinstance(value, Scalar) and value.value is True


@dataclass
class _Reader:
    """Collects what one dashboard asks."""

    kinds: dict[str, str]
    title: str
    queries: list[Asked] = field(default_factory=list)
    signals: list[SignalQuery] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    whole: bool = True

    def board(self, root: Mapping) -> Board:
        self._panels(root)
        for row in shapes.mappings(root, "rows", self.problems.append):
            self._repeated(row)
            self._panels(row)
        variables = tuple(self._variables(root))
        return Board(
            title=self.title,
            panels=tuple(self.panels),
            variables=variables,
            given=frozenset(_text(one, "name") for one in shapes.mappings(root, "__inputs", _ignore)),
            uses=tuple(self.uses),
            used=used(root, variables),
            annotations=tuple(self._annotations(root)),
            whole=self.whole,
        )

    def _panels(self, holder: Mapping) -> None:
        for panel in shapes.mappings(holder, "panels", self.problems.append):
            self._repeated(panel)
            if _text(panel, "type") == "row":
                self._panels(panel)
            elif panel.get("libraryPanel") is not None and panel.get("targets") is None:
                self.whole = False
            else:
                self.panels.append(self._panel(panel))

    def _repeated(self, node: Mapping) -> None:
        if (name := repeat(node)) is not None:
            self.uses.append(Use(name=name.text.removeprefix("$"), written=name, start=0, end=len(name.text)))

    def _panel(self, panel: Mapping) -> Panel:
        title = _text(panel, "title")
        kind, number = panel.get("type"), panel.get("id")
        targets = list(shapes.mappings(panel, "targets", self.problems.append))
        own = kind_of(panel.get("datasource"), self.kinds)
        found = [one for target in targets if (one := self._target(target, own, title)) is not None]
        return Panel(
            title=title,
            kind=kind if isinstance(kind, Scalar) and isinstance(kind.value, str) else None,
            number=number if isinstance(number, Scalar) and isinstance(number.value, int) else None,
            targets=tuple(found),
            only_promql=len(found) == len(targets),
            origin=Origin(panel),
        )

    def _target(self, target: Mapping, inherited: str | None, title: str) -> Target | None:
        asked = self._asked(title, target, "expr", target.get("datasource"), inherited)
        if asked is None:
            return None
        return Target(
            asked=asked,
            legend=_said(target, "legendFormat"),
            instant=_is_true(target, "instant") and not _is_true(target, "range"),
            format=_text(target, "format") or "time_series",
            hidden=_is_true(target, "hide"),
        )

    def _asked(
        self, name: str, holder: Mapping, key: str, datasource: Node | None, inherited: str | None = None
    ) -> Asked | None:
        """Take the query below *key* if it is PromQL, and what asks for logs or traces."""
        expr = _said(holder, key)
        kind = kind_of(datasource, self.kinds)
        kind = inherited if kind is None else kind
        self._signal(of_target(holder, kind))
        if expr is None or kind not in (PROMETHEUS, "", None):
            return None
        asked = self._query(name, whole(expr), holder)
        open_words = holds_words(expr.text)
        doubtful = open_words or (kind != PROMETHEUS and _LOGQL.search(expr.text))
        if doubtful and read_query(asked).parsed is None:
            self.uses += uses(expr) if open_words and kind == PROMETHEUS else ()
            return None
        self.queries.append(asked)
        self.uses += uses(expr)
        return asked

    def _signal(self, query: SignalQuery | None) -> None:
        self.signals += [query] if query is not None else []

    def _query(self, name: str, expr: Marked, holder: Node) -> Asked:
        compiled = Compiled(expr=expr, problems=())
        name = f"{self.title}/{name}" if name else self.title
        return Asked(where="panel", name=name, service=NO_SERVICE, compiled=compiled, origin=Origin(holder))

    def _variables(self, root: Mapping) -> Iterator[Variable]:
        for one in _declared(root):
            name = _said(one, "name")
            if name is None:
                continue
            kind = _text(one, "type")
            if kind == "query":
                self._variable(one, name.text)
            yield Variable(name=name, kind=kind, origin=Origin(one))

    def _variable(self, variable: Mapping, name: str) -> None:
        """Take what a variable asks Prometheus for."""
        kind = kind_of(variable.get("datasource"), self.kinds)
        self._signal(of_variable(variable, kind))
        if kind not in (PROMETHEUS, "", None):
            return
        inner = variable.get("query")
        query = _said(inner, "query") if isinstance(inner, Mapping) else _said(variable, "query")
        expr = None if query is None else expression(query, plain=kind == PROMETHEUS)
        if query is None or expr is None:
            return
        asked = self._query(name, expr, query)
        # `label_values` is known to other data sources, too, which take other selectors.
        if (kind != PROMETHEUS or holds_words(query.text)) and read_query(asked).parsed is None:
            return
        self.queries.append(asked)
        self.uses += uses(query)

    def _annotations(self, root: Mapping) -> Iterator[tuple[Asked, tuple[Scalar, ...]]]:
        annotations = root.get("annotations")
        if not isinstance(annotations, Mapping):
            return
        for one in shapes.mappings(annotations, "list", self.problems.append):
            target = one.get("target")
            inner = target if isinstance(target, Mapping) and _said(one, "expr") is None else one
            asked = self._asked(_text(one, "name"), inner, "expr", one.get("datasource"))
            if asked is not None:
                texts = (_said(one, "titleFormat"), _said(one, "textFormat"))
                yield asked, tuple(text for text in texts if text is not None)
