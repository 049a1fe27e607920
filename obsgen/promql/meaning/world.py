"""What series names mean in a catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from obsgen.promql.compile import Setting, query
from obsgen.promql.meaning import label_sets, series
from obsgen.promql.meaning.label_sets import Labels
from obsgen.promql.meaning.model import SeriesFacts
from obsgen.promql.meaning.reading import read
from obsgen.promql.parse import PromqlError, parse
from obsgen.promql.tree import Tree
from obsgen.spec.model import Catalog, Metric, Record

# Recorded series that stand on recorded series; deeper ones are left open.
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """
    A rule that records a series.

    Attributes:
        tree: Its expression.
        labels: Labels that the rule adds; an empty value removes one.
    """

    tree: Tree
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """
    What series names mean. It remembers what it worked out; whoever asks again gets the same answer.

    Attributes:
        catalog: The catalog.
        records: Recording rules beside those of the catalog, by the name that they record; several may share one.
        jobs: Scrape jobs beside those of the catalog, with labels that nobody knows; None where there may be any.
        external_labels: Labels that a Prometheus server adds to what it sends away; a series may have them or not.
        scraped_labels: Labels beside those of the catalog that a series may have from its scrape; None for any.
        scrape_seconds: Time between two samples of series whose service says nothing about it.
        retention_seconds: How far back samples are kept, if known.
        prometheus: Version of the server as numbers, such as `(2, 42)`, if known.
    """

    catalog: Catalog
    records: Mapping[str, tuple[Recorded, ...]] = field(default_factory=dict)
    jobs: frozenset[str] | None = frozenset()
    external_labels: Mapping[str, str] = field(default_factory=dict)
    scraped_labels: frozenset[str] | None = frozenset()
    scrape_seconds: float | None = None
    retention_seconds: float | None = None
    prometheus: tuple[int, ...] | None = None
    _facts: dict[str, SeriesFacts] = field(default_factory=dict, repr=False, compare=False)
    _targets: dict[str, Labels] = field(default_factory=dict, repr=False, compare=False)
    _underway: set[str] = field(default_factory=set, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        catalog: Catalog,
        *,
        records: Mapping[str, tuple[Recorded, ...]] | None = None,
        jobs: Iterable[str] | None = (),
        external_labels: Mapping[str, str] | None = None,
        scraped_labels: frozenset[str] | None = frozenset(),
        scrape_seconds: float | None = None,
        retention_seconds: float | None = None,
        prometheus: tuple[int, ...] | None = None,
    ) -> World:
        """Return the world of *catalog*; the other arguments are the attributes."""
        return cls(
            catalog=catalog,
            records=records or {},
            jobs=None if jobs is None else frozenset(jobs),
            external_labels=external_labels or {},
            scraped_labels=scraped_labels,
            scrape_seconds=scrape_seconds,
            retention_seconds=retention_seconds,
            prometheus=prometheus,
        )

    def facts(self, name: str) -> SeriesFacts:
        """
        Return what the series *name* is.

        Of a name that nobody defines, of an empty one, and of a recorded series that stands on itself nothing is known.
        """
        found = self._facts.get(name)
        if found is None:
            if name in self._underway or len(self._underway) >= _MAX_DEPTH:
                return SeriesFacts(name=name)
            self._underway.add(name)
            found = self._facts[name] = self._work_out(name)
            self._underway.discard(name)
        return found

    def target_labels(self, service: str = "") -> Labels:
        """Return the labels that a scrape adds to series of *service*; to those of any service if it has no scrape."""
        if service not in self._targets:
            self._targets[service] = self._scraped_of(service)
        return self._targets[service]

    def _scraped_of(self, service: str) -> Labels:
        own = self.catalog.by_name.get(service)
        if own is not None and own.scrape is not None:
            return series.scraped_labels(own)
        found = [series.scraped_labels(one) for one in self.catalog.services if one.scrape is not None]
        if not found:
            return Labels(frozenset({"job", "instance"}))
        labels = found[0]
        for one in found[1:]:
            labels = label_sets.joined(labels, one)
        return labels

    def _work_out(self, name: str) -> SeriesFacts:
        if name in series.SYNTHETIC:
            return self._synthetic(name)
        if name in series.ALERT_SERIES:
            return series.alert_series(name)
        metric = self.catalog.series.get(name) or self.catalog.metrics.get(name)
        return self._recorded(name) if metric is None else self._metric(name, metric)

    def _synthetic(self, name: str) -> SeriesFacts:
        kind, unit, amount = series.SYNTHETIC[name]
        labels = self.target_labels()
        if self.jobs is None:
            labels = Labels(None, frozenset({"job", "instance"}))
        elif self.jobs:
            known = labels.values.get("job")
            values = None if known is None else known | self.jobs
            labels = label_sets.replaced(Labels(None, frozenset({"instance"})), "job", values, certain=True)
        labels = self._sent(series.named(labels, name))
        return SeriesFacts(
            name=name, kind=kind, unit=unit, amount=amount, labels=labels, scrape_seconds=self.scrape_seconds
        )

    def _metric(self, name: str, metric: Metric) -> SeriesFacts:
        kind, unit, amount = series.value_of(name, metric)
        own = series.metric_labels(metric)
        if kind == "bucket":
            own = label_sets.replaced(own, "le", series.bound_spellings(metric.buckets), certain=True)
        labels = self._scraped(series.scraped(self.target_labels(metric.service), own))
        service = self.catalog.by_name.get(metric.service)
        scrape = service.scrape if service is not None else None
        return SeriesFacts(
            name=name,
            kind=kind,
            unit=unit,
            labels=self._sent(series.named(labels, name)),
            amount=amount,
            bounds=metric.buckets,
            bounds_unit=metric.unit if metric.kind == "histogram" else None,
            scrape_seconds=self.scrape_seconds if scrape is None else float(scrape.every.seconds),
            metric=metric,
        )

    def _scraped(self, labels: Labels) -> Labels:
        """Return *labels* with those that only a scrape knows of."""
        if self.scraped_labels is None:
            return Labels(None, labels.certain, labels.values)
        for name in self.scraped_labels:
            if not labels.may_have(name):
                labels = label_sets.replaced(labels, name, None, certain=False)
        return labels

    def _sent(self, labels: Labels) -> Labels:
        """Return *labels* with the external ones, which a series has only where it was sent away."""
        for name, value in self.external_labels.items():
            if name not in labels.certain and value:
                known = labels.values.get(name) if labels.may_have(name) else frozenset()
                values = None if known is None else known | {value}
                labels = label_sets.replaced(labels, name, values, certain=False)
        return labels

    def _recorded(self, name: str) -> SeriesFacts:
        record = self.catalog.records.get(name)
        rules = list(self.records.get(name, ()))
        if record is not None:
            own = self._rule(record)
            if own is None:
                return SeriesFacts(name=name, record=record)
            rules.append(own)
        if not rules:
            return SeriesFacts(name=name, known=False)
        found = [series.recorded(name, read(rule.tree, self).whole, rule.labels) for rule in rules]
        facts = found[0]
        for one in found[1:]:
            facts = series.either(facts, one)
        return replace(facts, record=record, labels=self._sent(facts.labels))

    def _rule(self, record: Record) -> Recorded | None:
        """Return the recorded query of the catalog, None where it is wrong, so that nobody knows what it gives."""
        service = self.catalog.by_name[record.service]
        compiled = query(record.spec.query, Setting(catalog=self.catalog, service=service))
        if compiled.problems:
            return None
        try:
            return Recorded(tree=parse(compiled.expr.text).tree)
        except PromqlError:
            return None
