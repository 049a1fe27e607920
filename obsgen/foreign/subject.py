"""Foreign files and the catalog that they are held against, as checks see them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from obsgen.checks.base import AlertRule, Read, RuleGroup, Subject, read_query
from obsgen.checks.boards import Board
from obsgen.checks.signals import SignalQuery
from obsgen.foreign.model import Foreign, Server
from obsgen.promql.collect import Asked
from obsgen.promql.known import SYNTHETIC, Values
from obsgen.promql.meaning import Recorded, World
from obsgen.settings import Settings
from obsgen.spec.model import Service

#: First words of names that belong to nobody: many programs export such metrics.
COMMON_WORDS = frozenset(
    {
        "api", "app", "cache", "client", "container", "db", "dotnet", "go", "grpc", "http", "job", "jvm", "kube", "kubernetes",
        "net", "node", "nodejs", "process", "prometheus", "promhttp", "python", "queue", "request", "requests", "rpc", "scrape",
        "server", "service", "system", "target", "task", "tasks",
    }
)  # fmt: skip

#: Labels that targets get from where they run, such as from a ServiceMonitor, whoever wrote their program.
COMMON_LABELS = frozenset(
    {
        "app", "app_kubernetes_io_component", "app_kubernetes_io_instance", "app_kubernetes_io_name", "availability_zone",
        "az", "cluster", "container", "datacenter", "dc", "endpoint", "env", "environment", "host", "hostname", "namespace",
        "node", "nodename", "pod", "prometheus", "prometheus_replica", "region", "replica", "service", "zone",
    }
)  # fmt: skip


@dataclass(frozen=True)
class ForeignSubject(Subject):
    """
    What checks look at in files that obsgen did not write.

    Attributes:
        files: The files.
    """

    files: tuple[Foreign, ...]

    @cached_property
    def every_query(self) -> tuple[Asked, ...]:
        """Every query of the files."""
        return tuple(query for file in self.files for query in file.queries)

    @cached_property
    def signals(self) -> tuple[SignalQuery, ...]:
        """Every query for logs and traces of the files."""
        return tuple(query for file in self.files for query in file.signals)

    @cached_property
    def queries(self) -> tuple[Read, ...]:
        """Every query of the files, those of alerting rules as these hold them."""
        known = {id(rule.read.asked): rule.read for rule in self.alert_rules}
        return tuple(known.get(id(query)) or read_query(query) for query in self.every_query)

    @cached_property
    def alert_rules(self) -> tuple[AlertRule, ...]:
        """Every alerting rule of the files."""
        return tuple(rule for file in self.files for rule in file.alert_rules)

    @cached_property
    def boards(self) -> tuple[Board, ...]:
        """The dashboards of the files."""
        return tuple(file.board for file in self.files if file.board is not None)

    @property
    def groups(self) -> tuple[RuleGroup, ...]:
        """Every rule group of the files."""
        return tuple(group for file in self.files for group in file.groups)

    @cached_property
    def servers(self) -> tuple[Server, ...]:
        """What each prometheus.yml says."""
        return tuple(file.server for file in self.files if file.server is not None)

    @cached_property
    def records(self) -> Mapping[str, tuple[Recorded, ...]]:
        """The recording rules of the files, by name."""
        found: dict[str, tuple[Recorded, ...]] = {}
        for file in self.files:
            for name, rules in file.records.items():
                found[name] = (*found.get(name, ()), *rules)
        return found

    @cached_property
    def world(self) -> World:
        """What names mean: nobody knows which jobs there are besides those of the catalog."""
        server = self.settings.server
        return World.of(
            self.catalog,
            records=self.records,
            jobs=None,
            external_labels=server.external_labels,
            scraped_labels=self._scraped_labels,
            scrape_seconds=server.scrape_seconds,
            retention_seconds=server.retention_seconds,
            prometheus=server.prometheus,
        )

    @cached_property
    def _scraped_labels(self) -> frozenset[str] | None:
        """Labels that a scrape may add which is not that of the catalog; None where any may be."""
        found = COMMON_LABELS
        for server in self.servers:
            if server.target_labels is None:
                return None
            found |= server.target_labels
        return found

    def labels_of(self, series: str) -> Mapping[str, Values] | None:
        """Return the labels of *series* as in the catalog; targets of others have labels of their own."""
        return None if series in SYNTHETIC else super().labels_of(series)

    def is_elsewhere(self, name: str) -> bool:
        """Return whether *name* is recorded in the files, or is none that the catalog would have to know."""
        if name in self.records or (name.endswith("_created") and name.removesuffix("_created") in self._stems):
            return True
        return not name.startswith(self._prefixes)

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        return prefixes(self.catalog.services)

    @cached_property
    def _stems(self) -> frozenset[str]:
        """Names to which clients add `_created`."""
        return frozenset(metric.removesuffix("_total") for metric in self.catalog.metrics)


def told(settings: Settings, files: Iterable[Foreign]) -> Settings:
    """Return *settings* with what the prometheus.yml among *files* says about its server; of several, what they agree on."""
    servers = [file.server for file in files if file.server is not None]
    if not servers:
        return settings
    own = settings.server
    external = {name: value for one in servers for name, value in one.external_labels.items()}
    server = dataclasses.replace(
        own,
        external_labels={**(own.external_labels or {}), **external},
        scrape_seconds=_agreed(one.scrape_seconds for one in servers),
        evaluation_seconds=_agreed(one.evaluation_seconds for one in servers),
    )
    return dataclasses.replace(settings, server=server)


def _agreed(said: Iterable[float | None]) -> float | None:
    values = set(said)
    return values.pop() if len(values) == 1 else None


def prefixes(services: Iterable[Service]) -> tuple[str, ...]:
    """
    Return the beginnings of names that belong to the catalog.

    These are first words that at least half of a service's metrics share, or that name the service.
    """
    found: set[str] = set()
    for service in services:
        words = Counter(metric.name.partition("_")[0] for metric in service.metrics if "_" in metric.name)
        own = service.name.replace("-", "_").partition("_")[0]
        found |= {word for word, count in words.items() if word == own or count * 2 >= len(service.metrics)}
    return tuple(sorted(f"{word}_" for word in found - COMMON_WORDS))
