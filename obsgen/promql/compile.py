"""
From the query vocabulary to PromQL: the one place where a shape becomes text.

Alerts, recorded series, panels and generated tests all start from the shape and come through here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.promql.buckets import spellings
from obsgen.promql.known import unknown_metric
from obsgen.promql.narrowing import narrowing, series_labels
from obsgen.promql.raw import rescaled
from obsgen.promql.text import Marked, join, whole, word
from obsgen.promql.tokens import quote
from obsgen.source.nodes import Scalar
from obsgen.spec import queries as q
from obsgen.spec.fields import Origin, Written, spelling
from obsgen.spec.model import Catalog, Metric, Service
from obsgen.spec.values import Duration, number, quantity

_SECONDS_IN = {"day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_536_000}
_AGGREGATORS = {"sum": "sum", "max": "max", "min": "min", "mean": "avg"}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """
    Where a query stands and what follows from that.

    Attributes:
        catalog, service: What names mean here.
        window: Window of shapes that say none: `$__rate_interval` or `$__range`; empty where they have to say one.
        variables: Label -> dashboard variable that narrows every series with that label; of `per` both sides or none.
        scale: Factor on every duration; below 1 for a demonstration in fast motion.
    """

    catalog: Catalog
    service: Service
    window: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    scale: Fraction = Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """
    PromQL and the reasons why it may mean nothing.

    Attributes:
        expr: The text with its places.
        problems: Shapes that do not fit their metric, names that lead nowhere.
    """

    expr: Marked
    problems: tuple[Diagnostic, ...]


def query(shape: q.Shape, setting: Setting) -> Compiled:
    """Return the PromQL of a query."""
    compiler = _Compiler(setting)
    expr = compiler.shape(shape, None)
    return Compiled(expr=expr, problems=tuple(compiler.problems))


def condition(written: q.When | q.AllOf | q.AnyOf, setting: Setting) -> Compiled:
    """Return the PromQL of a condition: a vector that is empty where it is false."""
    compiler = _Compiler(setting)
    expr = compiler.condition(written)
    return Compiled(expr=expr, problems=tuple(compiler.problems))


class _Compiler:
    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.problems: list[Diagnostic] = []

    def report(self, code: str, message: str, span: Span, text: str = "", help: str = "") -> None:
        self.problems.append(error(code, message, span, text, help=help))

    # Conditions

    def condition(self, written: q.When | q.AllOf | q.AnyOf) -> Marked:
        if isinstance(written, q.AllOf):
            parts = [self._part(part) for part in written.all_]
            joined = join(*parts, by=" and ")
            return joined if written.unless is None else join(joined, " unless ", self._part(written.unless))
        if isinstance(written, q.AnyOf):
            return join(*(self._part(part) for part in written.any_), by=" or ")
        return self._when(written)

    def _part(self, written: q.When | q.AllOf | q.AnyOf) -> Marked:
        return join("(", self.condition(written), ")")

    def _when(self, when: q.When) -> Marked:
        test = when.test
        if test is None:
            return self.shape(when.query, None)
        expr = self.shape(when.query, test.word)
        threshold = quantity(getattr(test, test.word))
        limit = word(str(threshold), test.origin.at(test.word), threshold.text)
        compared = join(expr, f" {q.OPERATORS[test.word]} ", limit)
        if test.min_events is None:
            return compared
        events = word(str(test.min_events), test.origin.at("min_events"))
        return join(compared, " and ", self._events(when.query), " >= ", events)

    def _events(self, shape: q.Shape) -> Marked:
        """Return how many events the window of *shape* saw."""
        name = "ratio" if isinstance(shape, q.Ratio) else "mean" if isinstance(shape, q.Mean) else "of"
        counted = self._selector(shape, name, self._metric(shape, name), "_count")
        return self._aggregate("sum", shape, join("increase(", counted, self._window(shape), ")"))

    # Shapes

    def shape(self, shape: q.Shape, test: str | None) -> Marked:
        """Return the PromQL of *shape*; *test* is the comparison it stands in, if any."""
        if isinstance(shape, q.Value):
            return self._value(shape, test)
        if isinstance(shape, q.Forecast):
            return self._forecast(shape, test)
        return _WRITERS[type(shape)](self, shape)

    def rate(self, shape: q.Rate) -> Marked:
        return self._aggregate("sum", shape, self._over("rate", shape, "rate"))

    def increase(self, shape: q.Increase) -> Marked:
        return self._aggregate("sum", shape, self._over("increase", shape, "increase"))

    def _over(self, function: str, shape: Written, name: str, part: q.Filter | None = None) -> Marked:
        metric = self._metric(shape, name, ("counter", "histogram"))
        series = self._selector(shape, name, metric, "_count", part=part)
        return join(f"{function}(", series, self._window(shape), ")")

    def _value(self, shape: q.Value, test: str | None) -> Marked:
        if shape.value in self.setting.catalog.records:
            series = self._selector(shape, "value", None)
        else:
            metric = self._metric(shape, "value", ("gauge", "info"))
            series = self._selector(shape, "value", metric)
        return self._gauge(shape, series, test)

    def _forecast(self, shape: q.Forecast, test: str | None) -> Marked:
        metric = self._metric(shape, "forecast", ("gauge",))
        series = self._selector(shape, "forecast", metric)
        ahead = number(float(shape.in_.seconds * self.setting.scale))
        window = word(self._duration(shape.from_), shape.origin.at("from"), str(shape.from_))
        line = join("predict_linear(", series, "[", window, f"], {ahead})")
        return self._gauge(shape, line, test)

    def _gauge(self, shape: q.Value | q.Forecast, series: Marked, test: str | None) -> Marked:
        way = shape.as_
        metric = self.setting.catalog.metrics.get(shape.value) if isinstance(shape, q.Value) else None
        if way is None and (metric is None or metric.kind != "info"):
            way = {"below": "min", "at_most": "min", "above": "max", "at_least": "max"}.get(test or "")  # type: ignore[assignment]
        if metric is not None and metric.kind == "info" and way not in (None, "each"):
            self.report(
                "query/info-aggregated", "an info metric is a constant 1, putting several together says nothing",
                shape.origin.at("as"), help="leave `as` out",
            )  # fmt: skip
        if way in (None, "each"):
            if shape.by:
                is_info = metric is not None and metric.kind == "info"
                self.report(
                    "query/needs-aggregation", "`by` needs to know how several series become one",
                    shape.origin.key("by"), help="leave `by` out" if is_info else "add `as: sum`, `max`, `min` or `mean`",
                )  # fmt: skip
            return series
        return self._aggregate(_AGGREGATORS[str(way)], shape, series)

    def ratio(self, shape: q.Ratio) -> Marked:
        part = self._aggregate("sum", shape, self._over("rate", shape, "ratio", shape.part))
        return join(part, " / ", self._aggregate("sum", shape, self._over("rate", shape, "ratio")))

    def per(self, shape: q.Per) -> Marked:
        parts = (shape.per.of, shape.per.each)
        if getattr(parts[0], "by", None) != getattr(parts[1], "by", None):
            self.report("query/uneven-by", "both queries of `per` need the same `by`", shape.per.origin.key("each"))
        common = narrowing(shape, self.setting.variables, self.setting.catalog)
        variables = {label: name for label, name in self.setting.variables.items() if label in common}
        side = _Compiler(dataclasses.replace(self.setting, variables=variables))
        sides = [join("(", side.shape(part, None), ")") for part in parts]
        self.problems += side.problems
        return join(*sides, by=" / ")

    def share(self, shape: q.Share) -> Marked:
        part = self._over("rate", shape, "share")
        return join(self._aggregate("sum", shape, part), " / on() group_left() sum(", part, ")")

    def quantile(self, shape: q.Quantile) -> Marked:
        return join(f"histogram_quantile({number(shape.quantile)}, ", self._buckets(shape, "rate"), ")")

    def _buckets(self, shape: q.Quantile | q.Distribution, function: str) -> Marked:
        name = "of" if isinstance(shape, q.Quantile) else "distribution"
        series = self._selector(shape, name, self._metric(shape, name, ("histogram",)), "_bucket")
        return self._aggregate("sum", shape, join(f"{function}(", series, self._window(shape), ")"), ("le",))

    def mean(self, shape: q.Mean) -> Marked:
        metric = self._metric(shape, "mean", ("histogram",))
        sums, counts = (
            self._aggregate(
                "sum", shape, join("rate(", self._selector(shape, "mean", metric, suffix), self._window(shape), ")")
            )
            for suffix in ("_sum", "_count")
        )
        return join(sums, " / ", counts)

    def within(self, shape: q.Within) -> Marked:
        metric = self._metric(shape, "of", ("histogram",))
        bound = quantity(shape.within)
        spelled = spellings(float(bound.value))
        value = "|".join(map(literal, spelled)) if len(spelled) > 1 else spelled[0]
        le = word(quote(value)[1:-1], shape.origin.at("within"), bound.text)
        matcher = join(f'le{"=~" if len(spelled) > 1 else "="}"', le, '"')
        part = self._selector(shape, "of", metric, "_bucket", extra=(matcher,))
        total = self._selector(shape, "of", metric, "_count")
        sides = (self._aggregate("sum", shape, join("rate(", side, self._window(shape), ")")) for side in (part, total))
        return join(*sides, by=" / ")

    def distribution(self, shape: q.Distribution) -> Marked:
        return self._buckets(shape, "increase")

    def top(self, shape: q.Top) -> Marked:
        return join(f"topk({shape.top}, ", self.shape(shape.of, None), ")")

    def project(self, shape: q.Project) -> Marked:
        pace = self._aggregate("sum", shape, self._over("rate", shape, "project"))
        return join(pace, f" * {_SECONDS_IN[shape.to]}")

    def absent(self, shape: q.Absent) -> Marked:
        metric = self._metric(shape, "absent")
        return join("absent(", self._selector(shape, "absent", metric, "_count"), ")")

    def down(self, shape: q.Down) -> Marked:
        scrape = self.setting.service.scrape
        if scrape is None:
            self.report(
                "query/no-scrape-job", f"the service `{self.setting.service.name}` has no scrape job that could be down",
                shape.origin.key("down"), help="add `scrape: {job: NAME}`",
            )  # fmt: skip
        # The job is written elsewhere, so the place of the whole condition is the key that asks for it.
        return word(f"up{{job={quote(scrape.job if scrape else '')}}} == 0", shape.origin.key("down"))

    def age(self, shape: q.Age) -> Marked:
        metric = self._metric(shape, "age", ("gauge",))
        return join("time() - ", self._aggregate("max", shape, self._selector(shape, "age", metric)))

    def changes(self, shape: q.Changes) -> Marked:
        metric = self._metric(shape, "changes", ("gauge",))
        series = self._selector(shape, "changes", metric)
        return self._aggregate("sum", shape, join("changes(", series, self._window(shape), ")"))

    def alerting(self, shape: q.Alerting) -> Marked:
        name = word(shape.alerting, shape.origin.at("alerting"))
        matchers = [join('alertname="', name, '"')]
        matchers += [
            Marked(f'{label}=~"${{{variable}}}"')
            for label, variable in self.setting.variables.items()
            if self._alert_has(shape, label)
        ]
        return join("ALERTS{", join(*matchers, by=","), "}")

    def _alert_has(self, shape: q.Alerting, label: str) -> bool:
        alert = self.setting.service.alert(shape.alerting)
        when = alert.spec.when if alert else None
        return isinstance(when, q.When) and label in (getattr(when.query, "by", None) or ())

    def raw(self, shape: q.Raw) -> Marked:
        node = shape.origin.find("promql")
        text = whole(node) if isinstance(node, Scalar) else Marked(shape.promql)
        return text if self.setting.scale == 1 else Marked(rescaled(text.text, self.setting.scale))

    # Parts

    def _metric(self, shape: Written, name: str, kinds: tuple[str, ...] = ()) -> Metric | None:
        """Return the metric that the key *name* of *shape* names, reporting one that is unknown or of another kind."""
        written = str(getattr(shape, name))
        metric = self.setting.catalog.metrics.get(written)
        span = shape.origin.at(name)
        if metric is None:
            self.problems.append(unknown_metric(written, span, self.setting.catalog))
        elif kinds and metric.kind not in kinds:
            wanted = " or ".join(map(_with_article, kinds))
            self.report(
                "query/wrong-metric-kind",
                f"`{_tag(shape)}` asks for {wanted}, `{written}` is {_with_article(metric.kind)}",
                span,
                help=_BETTER[metric.kind],
            )
        return metric

    def _selector(
        self,
        shape: Written,
        name: str,
        metric: Metric | None,
        suffix: str = "",
        *,
        part: q.Filter | None = None,
        extra: Iterable[Marked] = (),
    ) -> Marked:
        written = str(getattr(shape, name))
        series = written + suffix if metric is not None and metric.kind == "histogram" else written
        found = word(series, shape.origin.at(name), written)
        matchers = [*extra, *self._filters(shape, "where", getattr(shape, "where", None))]
        if part is not None:
            matchers += self._filters(shape, "part", part)
        labels = series_labels(written, self.setting.catalog) if self.setting.variables else frozenset()
        matchers += [
            Marked(f'{label}=~"${{{variable}}}"')
            for label, variable in self.setting.variables.items()
            if label in labels
        ]
        return found if not matchers else join(found, "{", join(*matchers, by=","), "}")

    def _filters(self, shape: Written, name: str, written: q.Filter | None) -> list[Marked]:
        return [self._filter(shape.origin, name, label, picked) for label, picked in (written or {}).items()]

    def _filter(
        self, origin: Origin, name: str, label: str, picked: str | tuple[str, ...] | q.Except | q.Matches
    ) -> Marked:
        negated = isinstance(picked, q.Except)
        values = picked.not_ if isinstance(picked, q.Except) else picked
        path: tuple[str, ...] = (name, label, "not") if negated else (name, label)
        left = word(label, origin.key(name, label))
        if isinstance(values, q.Matches):
            pattern = quote(values.matches)[1:-1]
            node = origin.find(name, label, "matches")
            if isinstance(node, Scalar) and node.text == pattern:
                # Nothing had to be escaped, so that each branch can be placed by itself.
                return join(left, '=~"', whole(node), '"')
            return join(left, '=~"', word(pattern, origin.at(name, label, "matches"), values.matches), '"')
        if isinstance(values, str):
            return join(left, "!=" if negated else "=", '"', word(quote(values)[1:-1], origin.at(*path), values), '"')
        branches = [
            word(quote(literal(value))[1:-1], origin.at(*path, index), value) for index, value in enumerate(values)
        ]
        return join(left, "!~" if negated else "=~", '"', join(*branches, by="|"), '"')

    def _window(self, shape: Written) -> str | Marked:
        over: Duration | None = getattr(shape, "over", None)
        if over is not None:
            return join("[", word(self._duration(over), shape.origin.at("over"), str(over)), "]")
        if not self.setting.window:
            self.report(
                "query/missing-window", "`over` is missing", shape.origin.key(_tag(shape)),
                help="say the window that the rate is taken over, such as `over: 5m`",
            )  # fmt: skip
        return f"[{self.setting.window or '5m'}]"

    def _duration(self, written: Duration) -> str:
        return str(written if self.setting.scale == 1 else written.scaled(self.setting.scale))

    def _aggregate(self, op: str, shape: Written, expr: Marked, first: tuple[str, ...] = ()) -> Marked:
        by: tuple[str, ...] = getattr(shape, "by", None) or ()
        labels: list[str | Marked] = [
            *first,
            *(word(label, shape.origin.at("by", index)) for index, label in enumerate(by)),
        ]
        return join(f"{op}(", expr, ")") if not labels else join(f"{op} by (", join(*labels, by=", "), ") (", expr, ")")


_WRITERS: Mapping[type, Callable[..., Marked]] = {
    q.Rate: _Compiler.rate,
    q.Increase: _Compiler.increase,
    q.Ratio: _Compiler.ratio,
    q.Per: _Compiler.per,
    q.Share: _Compiler.share,
    q.Quantile: _Compiler.quantile,
    q.Mean: _Compiler.mean,
    q.Within: _Compiler.within,
    q.Distribution: _Compiler.distribution,
    q.Top: _Compiler.top,
    q.Project: _Compiler.project,
    q.Absent: _Compiler.absent,
    q.Down: _Compiler.down,
    q.Age: _Compiler.age,
    q.Changes: _Compiler.changes,
    q.Alerting: _Compiler.alerting,
    q.Raw: _Compiler.raw,
}

_BETTER = {
    "counter": "a counter is asked with `rate`, `increase` or `ratio`",
    "gauge": "a gauge is asked with `value`",
    "histogram": "a histogram is asked with `quantile`, `mean`, `within` or `rate`",
    "info": "an info metric is asked with `value`",
}


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind == "info" else f"a {kind}"


def _tag(shape: Written) -> str:
    """Return the key that names *shape*."""
    return spelling(dataclasses.fields(shape)[0].name)  # type: ignore[arg-type]


def literal(value: str) -> str:
    """Return *value* as a regular expression (RE2) that matches nothing else."""
    return "".join("\\" + char if char in r"\.+*?()|[]{}^$" else char for char in value)
