"""A metrics page as data: families with their series, named as they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from obsgen_runtime.doctor.results import shown

_LONGEST_TO_SEARCH = 1_000_000


class BadPage(ValueError):  # noqa: N818  (it names a state)
    """A page that Prometheus cannot read; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One line of a page."""

    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """
    One metric of a page.

    Attributes:
        name: A counter's with `_total`, a histogram's without `_bucket`.
        type: In the words of Prometheus; `unknown` if the page does not say.
    """

    name: str
    type: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All families, by name."""

    families: Mapping[str, Family]

    @property
    def is_multiprocess(self) -> bool:
        """Whether it shows several processes: a metric is there then only once it has a series."""
        return any(
            "pid" in sample.labels
            for family in self.families.values()
            if family.type == "gauge"
            for sample in family.samples
        )

    def samples(self, name: str) -> tuple[Sample, ...]:
        """Return the series of one metric; none if it is not there."""
        family = self.families.get(name)
        return () if family is None else family.samples

    def total(self, name: str, **labels: str) -> float:
        """Return the sum of a counter or gauge over its series with these labels."""
        wanted = labels.items()
        return sum(each.value for each in self.samples(name) if each.name == name and wanted <= each.labels.items())


def parse_page(text: str) -> Page:
    """
    Return the page of a text in Prometheus' text format.

    Raises:
        BadPage: If a line cannot be read.
    """
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415  (costs time at start)

    try:
        families = _merged(_families(text_string_to_metric_families(text)))
    except Exception as problem:  # noqa: BLE001  (the parser raises whatever it stumbles over)
        raise BadPage(_where(text, problem)) from None
    return Page(families=families)


def parse_strictly(text: str) -> int:
    """
    Read a text in OpenMetrics, as strictly as the client's parser does; returns the number of families.

    Raises:
        BadPage: If it is not well-formed.
    """
    from prometheus_client.openmetrics.parser import text_string_to_metric_families  # noqa: PLC0415

    try:
        parse: Any = text_string_to_metric_families
        return len(list(parse(text)))
    except Exception as problem:  # noqa: BLE001  (the parser raises whatever it stumbles over)
        raise BadPage(f"{type(problem).__name__}: {shown(problem)}") from None


def _families(found: Any) -> Iterator[Family]:
    for family in found:
        name = f"{family.name}_total" if family.type == "counter" else family.name
        samples = tuple(Sample(name=each.name, labels=each.labels, value=float(each.value)) for each in family.samples)
        yield Family(name=name, type=family.type, samples=samples)


def _merged(families: Iterator[Family]) -> Mapping[str, Family]:
    found: dict[str, Family] = {}
    for family in families:
        before = found.get(family.name)
        samples = (*before.samples, *family.samples) if before else family.samples
        found[family.name] = Family(name=family.name, type=family.type, samples=samples)
    return found


def _where(text: str, problem: Exception) -> str:
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415

    for number, line in enumerate(text[:_LONGEST_TO_SEARCH].splitlines(), 1):
        try:
            list(text_string_to_metric_families(f"{line}\n"))
        except Exception:  # noqa: BLE001  (it is the line that was looked for)
            return f"line {number}: {shown(line)}"
    return f"{type(problem).__name__}: {shown(problem)}"
