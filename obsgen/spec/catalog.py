"""From files to one catalog: merge by name, resolve every reference, report what clashes or leads nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from obsgen.diagnostics import Diagnostic, Span
from obsgen.spec.document import SpecFile
from obsgen.spec.linker import Linker
from obsgen.spec.merge import Merged, merge
from obsgen.spec.metrics import LabelSpec
from obsgen.spec.model import (
    Alert,
    Catalog,
    Dashboard,
    Endpoint,
    Label,
    Logs,
    Metric,
    ModelPrice,
    Prices,
    Record,
    Scrape,
    Service,
    Severity,
    Traces,
    Workspace,
)
from obsgen.spec.pipelines import LogsSpec, ScrapeSpec, SendSpec, SeveritySpec, TracesSpec, WorkspaceSpec
from obsgen.spec.prices import PricesSpec
from obsgen.spec.resolve import WrittenMetric, metric
from obsgen.spec.values import Duration

__all__ = ["Catalog", "Linked", "link"]

_DEFAULT_EVERY = Duration.parse("15s")
_DEFAULT_TIMEOUT = Duration.parse("10s")


@dataclass(frozen=True, kw_only=True)
class Linked:
    """
    A catalog and what is wrong with its links.

    Attributes:
        catalog: What could be resolved; complete only if *diagnostics* holds no error.
        diagnostics: In no order.
    """

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]


def link(files: Iterable[SpecFile]) -> Linked:
    """Return the catalog that *files* make up together; their order does not matter."""
    linker = Linker()
    shared, merged = merge(files, linker)
    linking = _Linking(shared, linker)
    services = tuple(linking.service(name, stated) for name, stated in merged.items())
    _check_scrapes(services, linker)
    catalog = Catalog(
        services,
        linking.severities,
        shared_logs=_logs(shared.single("logs")),
        shared_traces=_traces(shared.single("traces")),
    )
    return Linked(catalog=catalog, diagnostics=tuple(linker.problems))


class _Linking:
    """Resolves what services say, against what the shared files say."""

    def __init__(self, shared: Merged, linker: Linker) -> None:
        self.shared = shared
        self.linker = linker
        self.severities = {name: _severity(name, spec) for name, spec in shared.specs("severities").items()}
        self.shared_labels = _labels(shared)

    def service(self, name: str, merged: Merged) -> Service:
        """Return the service *name*."""
        labels = {**self.shared_labels, **_labels(merged)}
        return Service(
            name=name,
            owner=merged.owner,
            labels=labels,
            metrics=tuple(self._metrics(name, merged, labels)),
            alerts=tuple(self._alerts(name, merged)),
            records=tuple(
                Record(service=name, name=key, spec=stated.spec, name_span=stated.key_span)
                for key, stated in merged.stated("records")
            ),
            dashboards=tuple(
                Dashboard(service=name, key=key, spec=spec) for key, spec in merged.specs("dashboards").items()
            ),
            scrape=_scrape(merged.single("scrape")),
            workspaces=tuple(_workspace(key, spec) for key, spec in merged.specs("workspaces").items()),
            prices=_prices(merged.single("prices")),
            metrics_to=tuple(self._endpoints(merged.single("send"))),
            logs=_logs(merged.single("logs")),
            traces=_traces(merged.single("traces")),
        )

    def _metrics(self, service: str, merged: Merged, labels: Mapping[str, Label]) -> Iterator[Metric]:
        for name, stated in merged.stated("metrics"):
            owner = stated.spec.owner or stated.file.owner or merged.owner
            written = WrittenMetric(
                service=service, name=name, owner=owner, spec=stated.spec, name_span=stated.key_span
            )
            yield metric(written, labels, self.linker)

    def _alerts(self, service: str, merged: Merged) -> Iterator[Alert]:
        for name, stated in merged.stated("alerts"):
            spec = stated.spec
            severity = self.severities.get(spec.severity)
            if severity is None:
                self.linker.unknown(
                    "catalog/unknown-severity",
                    "severity",
                    spec.severity,
                    spec.origin.at("severity"),
                    self.severities,
                    help="define it in a `shared: true` file under `severities:`",
                )
                # The alert stays known, so that what refers to it is not reported too.
                severity = Severity(name=spec.severity, means="", respond_in=Duration(1), origin=spec.origin)
            owner = spec.owner or stated.file.owner or merged.owner
            yield Alert(
                service=service, name=name, severity=severity, owner=owner, spec=spec, name_span=stated.key_span
            )

    def _endpoints(self, send: SendSpec | None) -> Iterator[Endpoint]:
        destinations = self.shared.specs("destinations")
        for position, name in enumerate(send.metrics if send else ()):
            if send and name not in destinations:
                self.linker.unknown(
                    "catalog/unknown-destination",
                    "destination",
                    name,
                    send.origin.at("metrics", position),
                    destinations,
                    help="define it in a `shared: true` file under `destinations:`",
                )
                continue
            metrics = destinations[name].metrics
            yield Endpoint(
                name=name,
                url_env=metrics.url.env,
                user_env=metrics.user.env if metrics.user else "",
                password_env=metrics.password.env if metrics.password else "",
            )


def _severity(name: str, spec: SeveritySpec) -> Severity:
    return Severity(name=name, means=spec.means, respond_in=spec.respond_in, origin=spec.origin)


def _labels(merged: Merged) -> dict[str, Label]:
    return {name: _label(name, stated.spec, stated.key_span) for name, stated in merged.stated("labels")}


def _label(name: str, spec: LabelSpec, name_span: Span) -> Label:
    values = None if spec.values is None else tuple(spec.values)
    return Label(
        name=name,
        help=spec.help,
        values=values,
        at_most=spec.at_most,
        example=spec.example or (values[0] if values else ""),
        data=spec.values if isinstance(spec.values, Mapping) else {},
        origin=spec.origin,
        name_span=name_span,
    )


def _workspace(name: str, spec: WorkspaceSpec) -> Workspace:
    return Workspace(name=name, port=spec.port, service_name=spec.service_name or "", origin=spec.origin)


def _scrape(spec: ScrapeSpec | None) -> Scrape | None:
    if spec is None:
        return None
    every = spec.every or _DEFAULT_EVERY
    return Scrape(
        job=spec.job,
        every=every,
        timeout=spec.timeout or min(every, _DEFAULT_TIMEOUT),
        path=spec.path,
        host=spec.host,
        sample_limit=spec.sample_limit or 0,
        origin=spec.origin,
    )


def _prices(spec: PricesSpec | None) -> Prices | None:
    if spec is None:
        return None
    models = tuple(
        ModelPrice(
            model=name,
            input=one.input,
            output=one.output,
            cache_read=one.cache_read,
            cache_write=one.cache_write,
            free=one.free is not None,
            flat=one.flat,
            name_span=spec.origin.key("models", name),
        )
        for name, one in sorted(spec.models.items())
    )
    return Prices(as_of=spec.as_of, models=models, notes=spec.notes or "", origin=spec.origin)


def _logs(spec: LogsSpec | None) -> Logs | None:
    if spec is None:
        return None
    labels = {name: None if one.values is None else tuple(one.values) for name, one in sorted(spec.labels.items())}
    return Logs(labels=labels, metadata=tuple(spec.metadata), origin=spec.origin)


def _traces(spec: TracesSpec | None) -> Traces | None:
    return None if spec is None else Traces(attributes=tuple(spec.attributes), origin=spec.origin)


def _check_scrapes(services: tuple[Service, ...], linker: Linker) -> None:
    first: dict[str, Scrape] = {}
    for service in services:
        if service.scrape is None:
            continue
        if service.scrape.timeout > service.scrape.every:
            linker.report(
                "catalog/timeout-above-interval",
                f"a scrape every {service.scrape.every} cannot wait {service.scrape.timeout} for an answer",
                service.scrape.origin.at("timeout"),
                help=f"write `timeout: {service.scrape.every}` or less; Prometheus refuses a longer one",
            )
        other = first.setdefault(service.scrape.job, service.scrape)
        if other is not service.scrape:
            linker.twice(
                "catalog/duplicate-job",
                f"two services are scraped as job `{other.job}`",
                other.origin.at("job"),
                service.scrape.origin.at("job"),
                help="give each service a job of its own",
            )
