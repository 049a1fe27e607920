"""From files to one catalog: merge by name, resolve every reference, report what clashes or leads nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.diagnostics import Label as Note
from obsgen.spec.document import SpecFile
from obsgen.spec.fields import Origin
from obsgen.spec.metrics import LabelSpec
from obsgen.spec.model import (
    Alert,
    Catalog,
    Dashboard,
    Endpoint,
    Label,
    Metric,
    Record,
    Scrape,
    Service,
    Severity,
    Workspace,
)
from obsgen.spec.resolve import metric as resolve_metric
from obsgen.spec.values import Duration
from obsgen.words import listed, nearest

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


@dataclass
class _Merged:
    """What several files say about one service, by name, with the file that says it."""

    files: list[SpecFile] = field(default_factory=list)
    parts: dict[str, dict[str, tuple[Any, SpecFile]]] = field(default_factory=dict)


class Linker:
    """Collects problems while the catalog is put together."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []

    def report(self, code: str, message: str, span: Span, text: str = "", *, also: Iterable[Note] = (), help: str = "") -> None:
        """Add an error."""
        self.problems.append(error(code, message, span, text, also=also, help=help))

    def unknown(self, code: str, what: str, name: str, span: Span, known: Iterable[str], *, help: str = "") -> None:
        """Report that *name* leads nowhere, with the nearest of the *known* names."""
        names = sorted(set(known))
        guess = nearest(name, names)
        advice = help or ("" if guess else f"known: {listed(names)}" if names else f"the catalog has no {what}")
        self.report(code, f"no {what} is called `{name}`", span, f"did you mean `{guess}`?" if guess else "", help=advice)


_PARTS = ("labels", "metrics", "alerts", "records", "dashboards", "workspaces", "severities", "destinations")


def link(files: Iterable[SpecFile]) -> Linked:
    """Return the catalog that *files* make up together; their order does not matter."""
    linker = Linker()
    merged: dict[str, _Merged] = {}
    for file in sorted(files, key=lambda file: file.origin.span):
        _merge(merged.setdefault(file.service or "", _Merged()), file, linker)
    shared = merged.pop("", _Merged())
    severities = {name: _severity(name, spec) for name, spec in _specs(shared, "severities").items()}
    shared_labels = _labels(_specs(shared, "labels"))
    services = tuple(_service(name, part, shared, shared_labels, severities, linker) for name, part in sorted(merged.items()))
    _across(services, linker)
    return Linked(catalog=Catalog(services, severities), diagnostics=tuple(linker.problems))


def _merge(target: _Merged, file: SpecFile, linker: Linker) -> None:
    target.files.append(file)
    for part in _PARTS:
        known = target.parts.setdefault(part, {})
        for name, spec in getattr(file, part).items():
            if name in known:
                _duplicate(part, name, known[name][1], file, linker)
            else:
                known[name] = (spec, file)
    for part in ("scrape", "send"):
        spec = getattr(file, part)
        known = target.parts.setdefault(part, {})
        if spec is not None and known:
            _duplicate(part, part, known[part][1], file, linker, path=(part,))
        elif spec is not None:
            known[part] = (spec, file)


def _duplicate(part: str, name: str, first: SpecFile, second: SpecFile, linker: Linker, path: tuple[str, ...] = ()) -> None:
    what = {"severities": "severity"}.get(part, part.removesuffix("s"))
    where = path or (part, name)
    linker.report(
        f"catalog/duplicate-{what}",
        f"the {what} `{name}` is defined twice" if not path else f"`{name}` is written twice for one service",
        second.origin.key(*where),
        "the second one",
        also=(Note(first.origin.key(*where), "the first one"),),
        help="rename one of them, or keep one",
    )


def _specs(merged: _Merged, part: str) -> dict[str, Any]:
    return {name: spec for name, (spec, _) in sorted(merged.parts.get(part, {}).items())}


def _severity(name: str, spec: Any) -> Severity:
    return Severity(name=name, means=spec.means, respond_in=spec.respond_in, origin=spec.origin)


def _labels(specs: Mapping[str, LabelSpec]) -> dict[str, Label]:
    return {name: _label(name, spec) for name, spec in specs.items()}


def _label(name: str, spec: LabelSpec) -> Label:
    values = None if spec.values is None else tuple(spec.values)
    data = spec.values if isinstance(spec.values, Mapping) else {}
    example = spec.example or (values[0] if values else "")
    return Label(name=name, help=spec.help, values=values, at_most=spec.at_most, example=example, data=data, origin=spec.origin)


def _service(
    name: str, part: _Merged, shared: _Merged, shared_labels: Mapping[str, Label], severities: Mapping[str, Severity], linker: Linker
) -> Service:
    labels = {**shared_labels, **_labels(_specs(part, "labels"))}
    owner = next((file.owner for file in part.files if file.owner), "")
    metrics = []
    for key, (spec, file) in sorted(part.parts["metrics"].items()):
        owned = spec.owner or file.owner or owner
        place = file.origin.key("metrics", key)
        metrics.append(resolve_metric(name, key, spec, labels, owned, place, linker))
    scrape = _scrape(part.parts["scrape"].get("scrape"))
    return Service(
        name=name,
        owner=owner,
        labels=labels,
        metrics=tuple(metrics),
        alerts=tuple(_alerts(name, part, owner, severities, linker)),
        records=tuple(Record(service=name, name=key, spec=spec) for key, spec in _specs(part, "records").items()),
        dashboards=tuple(Dashboard(service=name, key=key, spec=spec) for key, spec in _specs(part, "dashboards").items()),
        scrape=scrape,
        workspaces=tuple(
            Workspace(name=key, port=spec.port, service_name=spec.service_name or "", origin=spec.origin) for key, spec in _specs(part, "workspaces").items()
        ),
        metrics_to=tuple(_endpoints(part, shared, linker)),
    )


def _alerts(service: str, part: _Merged, owner: str, severities: Mapping[str, Severity], linker: Linker) -> Iterable[Alert]:
    for name, (spec, file) in sorted(part.parts["alerts"].items()):
        severity = severities.get(spec.severity)
        if severity is None:
            linker.unknown(
                "catalog/unknown-severity", "severity", spec.severity, spec.origin.at("severity"), severities,
                help="" if severities else "define it in a `shared: true` file under `severities:`",
            )  # fmt: skip
            continue
        yield Alert(service=service, name=name, severity=severity, owner=spec.owner or file.owner or owner, spec=spec)


def _scrape(entry: tuple[Any, SpecFile] | None) -> Scrape | None:
    if entry is None:
        return None
    spec = entry[0]
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


def _endpoints(part: _Merged, shared: _Merged, linker: Linker) -> Iterable[Endpoint]:
    entry = part.parts["send"].get("send")
    destinations = _specs(shared, "destinations")
    for position, name in enumerate(entry[0].metrics if entry else ()):
        if name not in destinations:
            linker.unknown(
                "catalog/unknown-destination", "destination", name, entry[0].origin.at("metrics", position), destinations,
                help="" if destinations else "define it in a `shared: true` file under `destinations:`",
            )  # fmt: skip
            continue
        metrics = destinations[name].metrics
        yield Endpoint(
            name=name,
            url_env=metrics.url.env,
            user_env=metrics.user.env if metrics.user else "",
            password_env=metrics.password.env if metrics.password else "",
        )


def _across(services: tuple[Service, ...], linker: Linker) -> None:
    """Report names that are unique in the whole catalog and are not."""
    _unique("metric", [(metric.name, metric.origin) for service in services for metric in service.metrics], linker)
    _unique("record", [(record.name, record.spec.origin) for service in services for record in service.records], linker)
    _unique("alert", [(alert.name, alert.origin) for service in services for alert in service.alerts], linker)
    jobs: dict[str, Origin] = {}
    for service in services:
        if service.scrape is None:
            continue
        job, where = service.scrape.job, service.scrape.origin
        if job in jobs:
            linker.report(
                "catalog/duplicate-job",
                f"two services are scraped as job `{job}`",
                where.at("job"),
                also=(Note(jobs[job].at("job"), "the first one"),),
                help="give each service a job of its own",
            )
        jobs.setdefault(job, where)


def _unique(what: str, found: list[tuple[str, Origin]], linker: Linker) -> None:
    first: dict[str, Origin] = {}
    for name, where in found:
        if name in first:
            linker.report(
                f"catalog/duplicate-{what}",
                f"the {what} `{name}` is defined by two services",
                where.span,
                "the second one",
                also=(Note(first[name].span, "the first one"),),
                help=f"a {what} has one name in the whole catalog; rename one of them",
            )
        first.setdefault(name, where)


