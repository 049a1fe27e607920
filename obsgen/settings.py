"""Settings that decide what is found: what the server is like that asks the queries, and what a project agreed on. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """
    The Prometheus that scrapes, keeps and evaluates; None stands for what nobody said.

    Attributes:
        scrape_seconds: Time between two samples of services that say nothing about it.
        evaluation_seconds: Time between two evaluations of a rule group that says nothing about it.
        retention_seconds: How far back samples are kept.
        prometheus: Its version as numbers, such as `(2, 42)`.
        external_labels: Labels that it adds to everything it sends away.
    """

    scrape_seconds: float | None = None
    evaluation_seconds: float | None = None
    retention_seconds: float | None = None
    prometheus: tuple[int, ...] | None = None
    external_labels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """
    What a project agreed on; whatever is empty or None holds for everything.

    Patterns are regular expressions that describe a whole text, see `fits`.

    Attributes:
        alert_name, record_name: Patterns of names.
        required_annotations, required_labels: Name -> pattern of its text, which every alert has to have.
        forbidden_annotations, forbidden_labels: Pattern of names -> pattern of texts, which no alert may have.
        for_at_least, for_at_most: Seconds that a condition has to hold.
        required_matchers: Pattern of series -> labels that each selector of them has to name.
        keep_labels: Pattern of series -> labels that aggregations of them keep.
        strip_labels: Pattern of series -> labels that aggregations of them drop.
        owner_required: Whether somebody has to answer for every alert.
    """

    alert_name: str = ""
    record_name: str = ""
    required_annotations: Mapping[str, str] = field(default_factory=dict)
    required_labels: Mapping[str, str] = field(default_factory=dict)
    forbidden_annotations: Mapping[str, str] = field(default_factory=dict)
    forbidden_labels: Mapping[str, str] = field(default_factory=dict)
    for_at_least: float | None = None
    for_at_most: float | None = None
    required_matchers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keep_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strip_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owner_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """
    How much there may be at worst, if every label takes every value that the catalog grants it.

    Attributes:
        series_per_metric: Series of one metric, in all workspaces together.
        series_per_service: Series of all metrics of a service.
        series_per_query: Series that one query reads.
        values_per_label: Values of one label.
    """

    series_per_metric: int = 100_000
    series_per_service: int = 500_000
    series_per_query: int = 1_000_000
    values_per_label: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    What checks need to know beside the catalog.

    Attributes:
        docs_url: Address that the generated documentation is served from; empty where nobody said it.
    """

    server: Server = Server()
    policy: Policy = Policy()
    budget: Budget = Budget()
    docs_url: str = ""

    def plain(self) -> dict[str, object]:
        """Return everything as plain data."""
        return dataclasses.asdict(self)


#: Nothing is set.
UNSET = Settings()


def fits(pattern: str, text: str) -> bool:
    """Return whether *pattern* describes the whole of *text*."""
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def labels_for(table: Mapping[str, tuple[str, ...]], series: str) -> tuple[str, ...]:
    """Return the labels of every entry of *table* (pattern of series -> labels) whose pattern describes *series*."""
    return tuple(dict.fromkeys(label for pattern, labels in table.items() if fits(pattern, series) for label in labels))
