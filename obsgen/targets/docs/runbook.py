"""The sections of the runbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obsgen.emit.markdown import code, escaped, fence, heading, inline, link, row
from obsgen.emit.prose import prose
from obsgen.plan.links import anchor
from obsgen.plan.model import Rule
from obsgen.plan.words import condition as said
from obsgen.plan.words import listing, phrase
from obsgen.promql.compile import Setting
from obsgen.promql.meaning import NAME, World, read
from obsgen.promql.parse import parse
from obsgen.spec import queries as q
from obsgen.spec.model import Alert, Metric, Service
from obsgen.spec.values import Duration, number, quantity
from obsgen.targets.docs.places import metric_link
from obsgen.targets.docs.questions import compared, leaves, parts, splits
from obsgen.targets.docs.reference import Question, question
from obsgen.targets.docs.sentences import capital, clause, each, limit, summary
from obsgen.targets.docs.silence import silence
from obsgen.targets.docs.usage import PanelUse, Usage

_LEVEL = 3
_NOTHING = "The catalog says nothing about it."


@dataclass(frozen=True, kw_only=True)
class AlertSection:
    """One section of a runbook; every text is Markdown, tables are rows, lists are items."""

    heading: str
    summary: str
    facts: tuple[str, ...]
    rule: str
    meaning: tuple[str, ...]
    impact: str
    diagnosis: str
    questions: tuple[Question, ...]
    metrics: tuple[str, ...]
    labels: str
    related: tuple[str, ...]
    panels: tuple[str, ...]
    mitigation: str


def alert_sections(
    service: Service, rules: Mapping[str, Rule], usage: Usage, evaluation: Duration
) -> Iterator[AlertSection]:
    """Yield a section for every alert of *service*; *rules* by alert name, evaluated every *evaluation*."""
    taken = {anchor(alert.name) for alert in service.alerts}
    world = World.of(usage.catalog)
    for alert in service.alerts:
        spec = alert.spec
        rule = rules[alert.name]
        metrics = usage.of_alert(alert)
        labels = _labels(alert, rule.expr, world)
        yield AlertSection(
            heading=heading(2, alert.name),
            summary=summary(alert),
            facts=tuple(row(name, text) for name, text in _facts(alert, labels, rule)),
            rule=fence(rule.expr, "promql"),
            meaning=(*_meaning(alert, labels, metrics), *silence(spec.when), _delay(alert, service, evaluation)),
            impact=prose(spec.impact, _LEVEL, taken) or _NOTHING,
            diagnosis=prose(spec.diagnosis or "", _LEVEL, taken),
            questions=tuple(_questions(spec.when, Setting(catalog=usage.catalog, service=service))),
            metrics=tuple(map(_entry, metrics)),
            labels=_named(labels or ()),
            related=tuple(map(_entry, _related(metrics, labels, service))),
            panels=tuple(_panels(alert, usage)),
            mitigation=prose(spec.mitigation, _LEVEL, taken) or _NOTHING,
        )


def index_row(alert: Alert) -> str:
    """Return the row of the page's table of contents."""
    return row(link(inline(alert.name), f"#{anchor(alert.name)}"), code(alert.severity.name), said(alert.spec.when))


def _labels(alert: Alert, expr: str, world: World) -> tuple[str, ...] | None:
    """Return the labels of the expression, in the order of the query where it has one; None where they are unknown."""
    found = read(parse(expr).tree, world).whole.possible
    if found is None:
        return None
    found -= {NAME}
    written = [label for leaf in leaves(alert.spec.when) for label in getattr(leaf.query, "by", None) or ()]
    return tuple(dict.fromkeys(label for label in (*written, *sorted(found)) if label in found))


def _facts(alert: Alert, labels: tuple[str, ...] | None, rule: Rule) -> Iterator[tuple[str, str]]:
    yield "Severity", f"{code(alert.severity.name)}: {inline(alert.severity.means)}"
    yield "Look at it within", str(alert.severity.respond_in)
    yield "Owner", escaped(alert.owner) or "none"
    yield "Condition", said(alert.spec.when)
    yield "For", str(alert.spec.for_) if alert.spec.for_ else "not set; fires at the first evaluation"
    if labels is not None:
        yield "Labels", listing((*labels, *(label for label in rule.labels if label not in labels)))


def _meaning(alert: Alert, labels: tuple[str, ...] | None, metrics: tuple[Metric, ...]) -> Iterator[str]:
    wait = f", and has been for {alert.spec.for_}" if alert.spec.for_ else ""
    simple = isinstance(alert.spec.when, q.When) and alert.spec.when.test is not None
    if simple or not wait:
        yield f"The alert fires when {clause(alert.spec.when)}{wait}. {each(labels)}".rstrip(" ")
    else:
        held = f"when this has held for {alert.spec.for_}"
        yield f"The alert fires {held}: {said(alert.spec.when)}. {each(labels)}".rstrip(" ")
    for metric in metrics:
        unit = f" in {escaped(metric.unit)}" if metric.unit else ""
        article = "an" if metric.kind == "info" else "a"
        yield f"{metric_link(metric)} is {article} {metric.kind}{unit}: {inline(metric.help)}"
    by_name = {metric.name: metric for metric in metrics}
    for leaf in leaves(alert.spec.when):
        if isinstance(leaf.query, q.Quantile) and leaf.query.of in by_name:
            yield _resolution(leaf, by_name[leaf.query.of])


def _resolution(when: q.When, metric: Metric) -> str:
    """Say how exactly a percentile can be told from the limit."""
    limit = quantity(getattr(when.test, when.test.word)) if when.test else None
    if limit is None or not metric.buckets:
        return ""
    if any(number(bound) == str(limit) for bound in metric.buckets):
        return f"{limit.text} is a bucket bound of the histogram, so the side on which the percentile lies is exact."
    below = [bound for bound in metric.buckets if bound < limit.value]
    above = [bound for bound in metric.buckets if bound > limit.value]
    low = number(below[-1]) if below else "0"
    high = number(above[0]) if above else "+Inf"
    return (
        f"{limit.text} lies inside the bucket from {low} to {high}, where the percentile is interpolated: an estimate."
    )


def _delay(alert: Alert, service: Service, evaluation: Duration) -> str:
    """Say how long it takes from a cause to the alert."""
    wait = alert.spec.for_
    every = service.scrape.every if service.scrape else None
    known = sum(one.ms for one in (wait, evaluation, every) if one is not None)
    total = str(Duration(known)) if every else f"{Duration(known)} and one scrape interval"
    steps = [f"one scrape ({every})" if every else "one scrape", f"one evaluation of the rules ({evaluation})"]
    steps += [f"`for` ({wait})"] if wait else []
    text = f"Earliest detection is {total} after the cause: {', '.join(steps[:-1])} and {steps[-1]}."
    windows = sorted(window for leaf in leaves(alert.spec.when) for window in _windows(leaf.query))
    if windows:
        text += f" A value that barely crosses the limit takes up to {windows[-1]} longer, until the window has filled."
    return text


def _windows(shape: q.Shape) -> Iterator[Duration]:
    """Yield the stretches of time that *shape* looks back over."""
    if isinstance(shape, q.Per):
        yield from _windows(shape.per.of)
        yield from _windows(shape.per.each)
    elif isinstance(shape, q.Forecast):
        yield shape.from_
    elif over := getattr(shape, "over", None):
        yield over


def _questions(written: q.When | q.AllOf | q.AnyOf, setting: Setting) -> Iterator[Question]:
    seen: set[str] = set()
    for leaf in leaves(written):
        for caption, shape in _asked(leaf, setting, alone=leaf is written):
            one = question(caption, shape, setting)
            if one.fence not in seen:
                seen.add(one.fence)
                yield one


def _asked(when: q.When, setting: Setting, *, alone: bool) -> Iterator[tuple[str, q.Shape]]:
    shape = compared(when)
    if shape is None:
        return
    subject = "The value" if alone else capital(phrase(shape))
    yield f"{subject}, to compare with {limit(when, setting.catalog)}", shape
    yield from parts(shape)
    for labels, split in splits(shape, setting.catalog):
        yield f"{subject}, split by {listing(labels)}", split


def _named(labels: tuple[str, ...]) -> str:
    return f"label{'s' if len(labels) > 1 else ''} {listing(labels)}" if labels else ""


def _related(metrics: tuple[Metric, ...], labels: tuple[str, ...] | None, service: Service) -> Iterator[Metric]:
    """Yield further metrics of *service* that can be narrowed to the case that an alert names."""
    for metric in service.metrics:
        if labels and metric not in metrics and metric.kind != "info" and all(map(metric.label, labels)):
            yield metric


def _entry(metric: Metric) -> str:
    return f"{metric_link(metric)}: {inline(metric.help)}"


def _panels(alert: Alert, usage: Usage) -> Iterator[str]:
    for reader, panel in usage.panels_about(alert):
        if does := _does(panel, alert, usage.shared(reader, ("alert", alert.name))):
            yield f"*{inline(panel.spec.title)}* of the dashboard *{inline(panel.dashboard.spec.title)}* {does}."


def _does(panel: PanelUse, alert: Alert, shared: tuple[str, ...]) -> str:
    """Return what *panel* has to do with *alert*, empty for nothing."""
    if panel.lists(alert):
        return "lists its pending and firing instances"
    if panel.marks(alert):
        return "marks its threshold"
    return f"shows {listing(shared)}" if shared else ""
